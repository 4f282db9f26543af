/** What a `\` and what follows it stand for, in a class and outside: one character, or a set such as `\d`. */
import { propertyOfStrings, unknownProperty } from './refusal.js'

/** What was read: where it ends, and the one character that it stands for; none for a set. */
export interface Escape {
  readonly end: number
  readonly value: number | undefined
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 }

const PROPERTIES_OF_STRINGS = new Set([
  'Basic_Emoji',
  'Emoji_Keycap_Sequence',
  'RGI_Emoji',
  'RGI_Emoji_Flag_Sequence',
  'RGI_Emoji_Modifier_Sequence',
  'RGI_Emoji_Tag_Sequence',
  'RGI_Emoji_ZWJ_Sequence',
])

/** What the native engine has no table of. */
const UNKNOWN_PROPERTIES = new Set([
  'CWKCF',
  'Changes_When_NFKC_Casefolded',
  'sc=Unknown',
  'sc=Zzzz',
  'scx=Unknown',
  'scx=Zzzz',
])

/** Reads the escapes of one source. */
export class Escapes {
  readonly #source: string
  readonly #seesCharacters: boolean

  constructor(source: string, seesCharacters: boolean) {
    this.#source = source
    this.#seesCharacters = seesCharacters
  }

  /** The escape whose `\` is at `at`; none of those that mean something else outside of classes. */
  read(at: number): Escape {
    const letter = this.#source[at + 1] ?? ''
    const rest = this.#source.slice(at + 2, at + 2 + MAX_REST)
    if ('dDsSwW'.includes(letter)) return { end: at + 2, value: undefined }
    if ((letter === 'p' || letter === 'P') && this.#seesCharacters) return this.#property(at)
    const control = CONTROLS[letter]
    if (control !== undefined) return { end: at + 2, value: control }
    if (letter === 'c') return controlLetter(at, rest)
    if (letter === 'x') return hexadecimal(at, letter, /^[\dA-Fa-f]{2}/.exec(rest)?.[0])
    if (letter === 'u') return this.#unicode(at, rest)
    if (/[0-7]/.test(letter)) return legacyOctal(at, this.#source)
    return this.#itself(at + 1)
  }

  #property(at: number): Escape {
    const close = this.#source.indexOf('}', at)
    const name = this.#source.slice(at + 3, close)
    if (PROPERTIES_OF_STRINGS.has(name)) throw propertyOfStrings(at, name)
    const short = name.replace('Script_Extensions=', 'scx=').replace('Script=', 'sc=')
    if (UNKNOWN_PROPERTIES.has(short)) throw unknownProperty(at)
    return { end: close + 1, value: undefined }
  }

  #unicode(at: number, rest: string): Escape {
    if (this.#seesCharacters) {
      const point = /^\{([\dA-Fa-f]+)\}/.exec(this.#source.slice(at + 2))
      if (point !== null) return { end: at + 2 + point[0].length, value: Number.parseInt(point[1] ?? '', 16) }
      const pair = /^([Dd][89ABab][\dA-Fa-f]{2})\\u([Dd][C-Fc-f][\dA-Fa-f]{2})/.exec(rest)
      if (pair !== null) {
        const units = pair.slice(1).map((digits) => Number.parseInt(digits, 16))
        return { end: at + 12, value: String.fromCharCode(...units).codePointAt(0) }
      }
    }
    return hexadecimal(at, 'u', /^[\dA-Fa-f]{4}/.exec(rest)?.[0])
  }

  /** The character at `at` without a meaning of its own. */
  #itself(at: number): Escape {
    const value = this.#seesCharacters ? this.#source.codePointAt(at) : this.#source.charCodeAt(at)
    return { end: at + ((value ?? 0) > 0xffff ? 2 : 1), value }
  }
}

/** The longest that is looked at behind the letter: the rest of a pair of `\u`. */
const MAX_REST = 10

/** `\cJ`; without a letter behind it, the `\` stands for itself. */
function controlLetter(at: number, rest: string): Escape {
  if (/^[A-Za-z]/.test(rest)) return { end: at + 3, value: rest.charCodeAt(0) % 32 }
  return { end: at + 1, value: 0x5c }
}

/** `\x61` or `\u0061`; without the digits, the letter stands for itself. */
function hexadecimal(at: number, letter: string, digits: string | undefined): Escape {
  if (digits === undefined) return { end: at + 2, value: letter.charCodeAt(0) }
  return { end: at + 2 + digits.length, value: Number.parseInt(digits, 16) }
}

/** At most three digits, as long as they are a byte. */
function legacyOctal(at: number, source: string): Escape {
  const digits = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(source.slice(at + 1, at + 4))?.[0] ?? ''
  return { end: at + 1 + digits.length, value: Number.parseInt(digits, 8) }
}
