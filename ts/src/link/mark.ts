/** How a message is marked whose way is to be reported: by a header, so that it is known in every thread. */
import type { Envelope } from './envelope.js'

/** The name of the header. Its value says where reports go: an attachment, and the number of a trace there. */
export const MARK = 'busbar-trace'

/** Where reports go. */
export interface Mark {
  readonly attachment: number
  readonly trace: number
}

const FORM = /^(?<attachment>[1-9]\d{0,9})\.(?<trace>[1-9]\d{0,9})$/
const MAX_WORD = 2 ** 32 - 1

/** The mark as it stands in the header. */
export function written({ attachment, trace }: Mark): string {
  return `${attachment}.${trace}`
}

/** The mark of a message; undefined where there is none, or what is there is none of ours. */
export function markOf(envelope: Envelope | undefined): Mark | undefined {
  const text = envelope?.headers?.[MARK]
  const { attachment, trace } = (text === undefined ? undefined : FORM.exec(text)?.groups) ?? {}
  if (attachment === undefined || trace === undefined) return undefined
  const mark = { attachment: Number(attachment), trace: Number(trace) }
  return mark.attachment <= MAX_WORD && mark.trace <= MAX_WORD ? mark : undefined
}
