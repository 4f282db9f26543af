/** What a binary of Linux asks of the system that loads it, read from the file itself: it needs no tools, and works for other platforms. */

/**
 * @typedef {object} Needs
 * @property {'x64' | 'arm64' | 'other'} cpu
 * @property {string[]} libraries what it links
 * @property {string[]} versions of their symbols, such as `GLIBC_2.17`
 */

const MACHINES = new Map([
  [62, /** @type {const} */ ('x64')],
  [183, /** @type {const} */ ('arm64')],
])
const [SECTION_STRINGS, SECTION_DYNAMIC, SECTION_VERSIONS] = [3, 6, 0x6ffffffe]
const DYNAMIC_NEEDED = 1

/**
 * Reads a 64-bit, little-endian ELF file.
 *
 * @param {Buffer} file
 * @returns {Needs}
 */
export function needsOf(file) {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) {
    throw new TypeError('this is no 64-bit little-endian ELF file')
  }
  const sections = sectionsOf(file)
  return {
    cpu: MACHINES.get(file.readUInt16LE(18)) ?? 'other',
    libraries: librariesOf(file, sections),
    versions: versionsOf(file, sections),
  }
}

/** @typedef {{ type: number, offset: number, size: number, link: number }} Section */

/** @param {Buffer} file @returns {Section[]} */
function sectionsOf(file) {
  const start = Number(file.readBigUInt64LE(40))
  const size = file.readUInt16LE(58)
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const at = start + index * size
    return {
      type: file.readUInt32LE(at + 4),
      offset: Number(file.readBigUInt64LE(at + 24)),
      size: Number(file.readBigUInt64LE(at + 32)),
      link: file.readUInt32LE(at + 40),
    }
  })
}

/** @param {Buffer} file @param {Section[]} sections @returns {string[]} */
function librariesOf(file, sections) {
  const found = []
  for (const section of sections.filter(({ type }) => type === SECTION_DYNAMIC)) {
    for (let at = section.offset; at < section.offset + section.size; at += 16) {
      if (file.readBigUInt64LE(at) !== BigInt(DYNAMIC_NEEDED)) continue
      found.push(text(file, sections, section, Number(file.readBigUInt64LE(at + 8))))
    }
  }
  return found
}

/** @param {Buffer} file @param {Section[]} sections @returns {string[]} */
function versionsOf(file, sections) {
  const found = new Set()
  for (const section of sections.filter(({ type }) => type === SECTION_VERSIONS)) {
    // A chain of libraries, each with a chain of the versions of it.
    for (let library = section.offset, more = true; more; ) {
      const count = file.readUInt16LE(library + 2)
      let at = library + file.readUInt32LE(library + 8)
      for (let index = 0; index < count; index += 1) {
        found.add(text(file, sections, section, file.readUInt32LE(at + 8)))
        at += file.readUInt32LE(at + 12)
      }
      const next = file.readUInt32LE(library + 12)
      more = next !== 0
      library += next
    }
  }
  return [...found].sort()
}

/**
 * A text of the table that belongs to a section.
 *
 * @param {Buffer} file @param {Section[]} sections @param {Section} section @param {number} at
 */
function text(file, sections, section, at) {
  const table = sections[section.link]
  if (table?.type !== SECTION_STRINGS) throw new TypeError('a section of this ELF file has no texts')
  const start = table.offset + at
  return file.toString('latin1', start, file.indexOf(0, start))
}
