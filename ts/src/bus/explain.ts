/** What would happen to a message, and why. */
import { inspect } from 'node:util'
import type { Balance, Prefer } from '../contract/addresses.js'
import type { DirectoryEndpoint } from '../contract/directory.js'
import type { ExplainedEndpoint, Explanation } from '../contract/explanation.js'
import type { CoreAttachment, Match } from '../core/core.js'
import { type Unusable, whyUnusable } from './detours.js'
import { asDirectoryEndpoint, isSeenBy } from './directory.js'

/** Explains `topic`, as the table stands now. */
export function explain(
  attachment: CoreAttachment,
  topic: string,
  choice: Choice,
  unusable: readonly Unusable[],
): Explanation {
  const records = new Map(
    attachment.directory().map((record) => [record.endpoint, asDirectoryEndpoint(record)]),
  )
  const matches = attachment.matched(topic).flatMap(({ endpoint: id, specificity }): Candidate[] => {
    // An endpoint may have left between the two looks.
    const endpoint = records.get(id)
    return endpoint === undefined ? [] : [{ endpoint, specificity }]
  })
  const isSeen = ({ endpoint }: Pick<Candidate, 'endpoint'>): boolean => isSeenBy(attachment.id, endpoint)
  const seen = matches.filter(isSeen)
  const of = (role: DirectoryEndpoint['role']): Candidate[] =>
    seen.filter(({ endpoint }) => endpoint.role === role)
  const out = unusable.flatMap((one): Out[] => {
    const endpoint = records.get(one.endpoint)
    return endpoint === undefined
      ? []
      : [{ endpoint, because: 'it matches, and is not usable', excluded: whyUnusable(one) }]
  })
  const unseen = [...matches, ...out].filter((one) => !isSeen(one))
  const hidden = unseen.map(({ endpoint }): Out => ({ endpoint, ...HIDDEN }))
  const nothing = [...out.filter(isSeen), ...hidden]
  const rest = (role: DirectoryEndpoint['role'], before: number): ExplainedEndpoint[] =>
    nothing
      .filter(({ endpoint }) => endpoint.role === role)
      .map((one, index) => ({ ...one, rank: before + index + 1 }))
  const subscriptions = of('subscription').map(asSubscription)
  const handlers = preferred(of('handler').map(asHandler), choice.prefer, attachment.id)
  return new TopicExplanation(
    topic,
    choice,
    [...subscriptions, ...rest('subscription', subscriptions.length)],
    [...handlers, ...rest('handler', handlers.length)],
  )
}

/** An endpoint that matches, and gets nothing whoever else is there. */
type Out = Omit<ExplainedEndpoint, 'rank'>

/** How one of equal handlers is chosen where a sender says nothing. */
interface Choice {
  readonly balance: Balance
  readonly prefer: Prefer
}

const HIDDEN = { because: "scope 'thread'", excluded: 'only its own thread sees it' } as const

/** Where those of this thread go first, the others of the tier get nothing. */
function preferred(
  handlers: readonly ExplainedEndpoint[],
  prefer: Prefer,
  own: number,
): readonly ExplainedEndpoint[] {
  const isNear = ({ endpoint, excluded }: ExplainedEndpoint): boolean =>
    endpoint.attachment === own && excluded === undefined
  if (prefer !== 'local' || !handlers.some(isNear)) return handlers
  const excluded = 'a handler of this thread is there, which is preferred'
  return handlers.map((handler) =>
    isNear(handler) || handler.excluded !== undefined ? handler : { ...handler, excluded },
  )
}

interface Candidate {
  readonly endpoint: DirectoryEndpoint
  readonly specificity: Match['specificity']
}

class TopicExplanation implements Explanation {
  readonly topic: string
  readonly balance: Balance
  readonly prefer: Prefer
  readonly subscriptions: readonly ExplainedEndpoint[]
  readonly handlers: readonly ExplainedEndpoint[]

  constructor(
    topic: string,
    { balance, prefer }: Choice,
    subscriptions: readonly ExplainedEndpoint[],
    handlers: readonly ExplainedEndpoint[],
  ) {
    this.topic = topic
    this.balance = balance
    this.prefer = prefer
    this.subscriptions = subscriptions
    this.handlers = handlers
  }

  [inspect.custom](): string {
    const events = section(
      'an event goes to',
      'an event goes to nobody: no subscription matches',
      this.subscriptions,
    )
    const chosen = `a request or notification goes to one of these, by ${this.balance}`
    const nobody = 'a request or notification fails at once: no handler matches'
    return [`'${this.topic}'`, ...events, ...section(chosen, nobody, this.handlers)].join('\n')
  }
}

function asSubscription(
  { endpoint }: Candidate,
  index: number,
  all: readonly Candidate[],
): ExplainedEndpoint {
  const before = all[index - 1]?.endpoint
  const isLower = before !== undefined && before.priority !== endpoint.priority
  const because =
    index === 0 ? 'highest priority, then oldest' : isLower ? 'lower priority' : 'same priority, younger'
  return { endpoint, rank: index + 1, because }
}

function asHandler(
  { endpoint, specificity }: Candidate,
  index: number,
  all: readonly Candidate[],
): ExplainedEndpoint {
  const rank = index + 1
  const best = all[0]
  if (best === undefined || index === 0)
    return { endpoint, rank, because: 'highest priority, most specific pattern' }
  if (endpoint.priority < best.endpoint.priority) {
    const excluded = `a handler of priority ${best.endpoint.priority} is there`
    return { endpoint, rank, because: `priority ${endpoint.priority}`, excluded }
  }
  if (specificity < best.specificity) {
    const excluded = `${shown(best.endpoint)} is more specific`
    return { endpoint, rank, because: `priority ${endpoint.priority}, less specific pattern`, excluded }
  }
  return { endpoint, rank, because: 'same priority, equally specific' }
}

function section(title: string, nobody: string, endpoints: readonly ExplainedEndpoint[]): string[] {
  if (endpoints.length === 0) return [`  ${nobody}`]
  if (endpoints.every(({ excluded }) => excluded !== undefined)) return [`  ${nobody}`, ...lines(endpoints)]
  return [`  ${title}`, ...lines(endpoints)]
}

function lines(endpoints: readonly ExplainedEndpoint[]): string[] {
  return endpoints.map(({ endpoint, rank, because, excluded }) => {
    const { id, attachment, name } = endpoint
    const label = name === undefined ? '' : ` '${name}'`
    const reason = excluded === undefined ? because : `${because}: gets nothing, because ${excluded}`
    return `    ${rank}. ${shown(endpoint)}  endpoint ${id}${label} of attachment ${attachment}  (${reason})`
  })
}

function shown({ pattern }: DirectoryEndpoint): string {
  return typeof pattern === 'string' ? `'${pattern}'` : String(pattern)
}
