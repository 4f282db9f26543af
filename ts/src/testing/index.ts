/** What tests of programs that use Busbar may need. */
export type { VirtualClock } from '../contract/clock.js'
export { virtualClock } from './virtual-clock.js'
