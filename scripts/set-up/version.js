/**
 * Whether `version` is `least` or newer. What follows the numbers (`-nightly`, `+build`) is not looked at.
 *
 * @param {string} version
 * @param {string} least
 * @returns {boolean}
 */
export function atLeast(version, least) {
  const numbers = (/** @type {string} */ text) => text.split(/[-+ ]/)[0]?.split('.').map(Number) ?? []
  const have = numbers(version)
  const need = numbers(least)
  for (let part = 0; part < 3; part += 1) {
    const difference = (have[part] ?? 0) - (need[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
