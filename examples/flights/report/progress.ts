/** How far a run has come: a bar that is redrawn on a terminal; elsewhere a line at each quarter. */
import { percent, whole } from './numbers.js'
import { columnsOf, type Environment, isLive, paintsOf, type Screen } from './terminal.js'

/** How often the bar is redrawn at most. */
const REDRAW_MS = 50
/** How many steps a run is looked at in: asking the clock after each flight would cost more than the flight. */
const LOOKS = 1_000
const QUARTERS = 4
/** Goes to the beginning of the line and clears it. */
const CLEAR = '\r\u001b[2K'

/** Shows progress; see the head of this file. */
export class Progress {
  readonly #screen: Screen
  readonly #env: Environment
  readonly #total: number
  readonly #live: boolean
  readonly #step: number
  #next: number
  #startMs: number | undefined
  #drawnMs = 0

  constructor(screen: Screen, env: Environment, total: number) {
    this.#screen = screen
    this.#env = env
    this.#total = total
    this.#live = isLive(screen, env)
    this.#step = total / (this.#live ? LOOKS : QUARTERS)
    this.#next = this.#step
  }

  /** So many flights are done. */
  update(done: number): void {
    this.#startMs ??= performance.now()
    if (done < this.#next) return
    while (this.#next <= done) this.#next += this.#step
    if (this.#live) this.#redraw(done)
    else this.#screen.write(`${this.#figures(done)}\n`)
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#live) this.#screen.write(CLEAR)
  }

  #redraw(done: number): void {
    const nowMs = performance.now()
    if (nowMs - this.#drawnMs < REDRAW_MS && done < this.#total) return
    this.#drawnMs = nowMs
    const figures = this.#figures(done)
    // A full line makes some terminals wrap; and an interrupt is shown as `^C` behind it.
    const columns = columnsOf(this.#screen, this.#env) - 3
    const width = columns - figures.length - 1
    if (width < 1) {
      this.#screen.write(`${CLEAR}${figures.slice(0, columns)}`)
      return
    }
    const { green, dim } = paintsOf(this.#screen, this.#env)
    const full = Math.round((done / this.#total) * width)
    this.#screen.write(`${CLEAR}${green('█'.repeat(full))}${dim('░'.repeat(width - full))} ${figures}`)
  }

  #figures(done: number): string {
    const seconds = (performance.now() - (this.#startMs ?? 0)) / 1000
    const share = percent(done, this.#total).replace(/\.\d/, '').padStart(5)
    return `${share}  ${whole(done)} flights  ${whole(done / seconds)}/s`
  }
}
