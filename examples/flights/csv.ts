/** Reads comma-separated values as RFC 4180 has them: a field in quotes may hold commas, line ends and doubled quotes. */

/**
 * The rows of a CSV text as objects, by the names in its first line.
 *
 * @throws Error when a row has more or fewer fields than the first line
 * @example
 * parseCsv('iata,city\nN25,"Westport, NY"\n') // [{ iata: 'N25', city: 'Westport, NY' }]
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [names = [], ...rows] = parseRows(text)
  return rows.map((fields, index) => {
    if (fields.length !== names.length) {
      throw new Error(`row ${index + 2} has ${fields.length} fields, expected ${names.length}`)
    }
    return Object.fromEntries(names.map((name, column) => [name, fields[column] ?? '']))
  })
}

/** One field, quoted or not, and what ends it: a comma, a line end, or the end of the text. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

function parseRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  FIELD.lastIndex = 0
  while (FIELD.lastIndex < text.length) {
    const at = FIELD.lastIndex
    const match = FIELD.exec(text)
    if (match === null)
      throw new Error(`a quote is out of place in row ${rows.length + 1}, at character ${at}`)
    const [, quoted, bare = '', end] = match
    row.push(quoted?.replaceAll('""', '"') ?? bare)
    if (end === ',' && FIELD.lastIndex < text.length) continue
    // A comma at the very end of the text announces one more field, an empty one.
    if (end === ',') row.push('')
    rows.push(row)
    row = []
  }
  return rows
}
