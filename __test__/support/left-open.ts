/** What keeps the thread alive now and was not there `before`, see `process.getActiveResourcesInfo()`. */
export function leftOpen(before: readonly string[]): string[] {
  const known = [...before]
  return process.getActiveResourcesInfo().filter((resource) => {
    const index = known.indexOf(resource)
    if (index < 0) return true
    known.splice(index, 1)
    return false
  })
}
