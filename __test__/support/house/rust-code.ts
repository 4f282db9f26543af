/**
 * Rust text in which what is not code is blanked, character by character, so that places stay what they were.
 *
 * One pass over the tokens that can hide others: comments (block comments nest), strings, raw strings and characters.
 * A quote after an identifier-like character that does not close within a character is a lifetime.
 */

const TOKEN =
  /\/\/[^\n]*|\/\*|\b(?:br|cr|r)(#*)"|\b[bc]?"(?:\\[\s\S]|[^"\\])*"|"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\(?:u\{[^}]*\}|x[0-9a-fA-F]{2}|.)|[^\\'\n])'/g

/** What {@link rustCode} blanks besides comments. */
export interface Blank {
  /** The content of strings, too. */
  readonly strings: boolean
}

/** `text` without its comments, and without its strings where that is asked for. */
export function rustCode(text: string, { strings }: Blank): string {
  let code = ''
  let at = 0
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const end = endOf(text, token)
    const hidden = text.slice(token.index, end)
    code += text.slice(at, token.index)
    code += strings || hidden.startsWith('/') ? blank(hidden) : hidden
    at = end
    TOKEN.lastIndex = end
  }
  return code + text.slice(at)
}

/** `code` without the items that exist in tests only; its comments and strings must be blanked. */
export function withoutTests(code: string, places: string): string {
  let result = places
  for (const { index, 0: attribute } of code.matchAll(/#\[cfg\((?:test|all\(test\b[^\]]*)\)\]/g)) {
    const end = endOfItem(code, index + attribute.length)
    result = result.slice(0, index) + blank(result.slice(index, end)) + result.slice(end)
  }
  return result
}

function endOf(text: string, token: RegExpExecArray): number {
  const [start] = token
  const after = token.index + start.length
  if (start === '/*') return endOfComment(text, after)
  if (token[1] === undefined) return after
  const end = text.indexOf(`"${token[1]}`, after)
  return end === -1 ? text.length : end + 1 + token[1].length
}

function endOfComment(text: string, from: number): number {
  const edge = /\/\*|\*\//g
  edge.lastIndex = from
  let depth = 1
  while (depth > 0) {
    const found = edge.exec(text)
    if (found === null) return text.length
    depth += found[0] === '/*' ? 1 : -1
  }
  return edge.lastIndex
}

/** Where the item that starts at `from` ends: at its `;`, or at the brace that closes its body. */
function endOfItem(code: string, from: number): number {
  let depth = 0
  for (let at = from; at < code.length; at += 1) {
    const character = code[at]
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if ((character === '}' && depth <= 0) || (character === ';' && depth === 0)) return at + 1
  }
  return code.length
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
