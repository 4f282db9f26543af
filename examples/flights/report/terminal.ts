/** What a stream can show: how wide a line may be, whether it can be redrawn, and which colours it has. */

/** The part of a stream that matters here; `process.stdout` and `process.stderr` have it. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** The variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Beyond this a line is hard to read, whatever the terminal has room for. */
const MOST_COLUMNS = 120
const DEFAULT_COLUMNS = 80

/** How many columns a line may take: `COLUMNS`, or the terminal's width, or 80; at most 120. */
export function columnsOf(screen: Screen, env: Environment): number {
  const asked = Number(env['COLUMNS'])
  const isWidth = Number.isInteger(asked) && asked > 0
  // A terminal that does not know its own width says 0.
  return Math.min(MOST_COLUMNS, isWidth ? asked : screen.columns || DEFAULT_COLUMNS)
}

/** Whether a line can be drawn over the one before. */
export function isLive(screen: Screen, env: Environment): boolean {
  return screen.isTTY === true && env['TERM'] !== 'dumb'
}

/** Paints a text, or leaves it as it is. */
type Paint = (text: string) => string

/** The colours that the report uses. */
export interface Paints {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly yellow: Paint
  readonly green: Paint
}

/** The colours of a terminal; none where there is no terminal, or where `NO_COLOR` says so (see no-color.org). */
export function paintsOf(screen: Screen, env: Environment): Paints {
  const on = isLive(screen, env) && !env['NO_COLOR']
  const paint = (open: number, close: number): Paint => {
    return (text) => (on ? `\u001b[${open}m${text}\u001b[${close}m` : text)
  }
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    yellow: paint(33, 39),
    green: paint(32, 39),
  }
}
