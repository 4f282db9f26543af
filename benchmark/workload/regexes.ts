/**
 * Regular expressions as services have them, and topics of which each matches exactly one. Of ten expressions eight
 * begin with a literal text, by which a table can tell them apart; two do not, and have to be tried.
 */
import { glob, openCuts } from './globs.js'
import type { Cut } from './loop.js'
import { shuffled } from './shuffle.js'

/** The expression of a number. */
export function regex(number: number): RegExp {
  return number % 10 < 8
    ? new RegExp(`^service${number}\\.job[0-9]+\\.(?:done|failed)$`)
    : new RegExp(`^[a-z]+[0-9]+\\.sensor${number}\\.(?:on|off)$`)
}

/** `count` expressions. */
export function regexes(count: number): RegExp[] {
  return Array.from({ length: count }, (_, number) => regex(number))
}

/** Topics that match the expressions in turn, for a number to be put in. */
export function regexCuts(count: number): Cut[] {
  return shuffled(
    Array.from({ length: count }, (_, number) =>
      number % 10 < 8
        ? { head: `service${number}.job`, tail: '.done' }
        : { head: 'room', tail: `.sensor${number}.on` },
    ),
  )
}

/** `count` expressions among globs. */
export function regexesAmong(count: number, globCount: number): (string | RegExp)[] {
  return [...Array.from({ length: globCount }, (_, number) => glob(number)), ...regexes(count)]
}

/** Topics for {@link regexesAmong}: every second one matches an expression, the others a glob. */
export function mixedCuts(count: number, globCount: number): Cut[] {
  return shuffled([...regexCuts(count), ...openCuts(count, globCount)])
}
