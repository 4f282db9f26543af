/** Puts the parts of an attachment together. */
import { Codecs } from '../codec/codecs.js'
import type { Address } from '../contract/addresses.js'
import type { CodecName } from '../contract/codecs.js'
import type { Bounds, Core, CoreAttachment } from '../core/core.js'
import { compile, matches } from '../core/javascript/topic/pattern.js'
import { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { Lifelines } from '../delivery/lifelines.js'
import { OpenRequests } from '../delivery/open-requests.js'
import { foreignClock } from '../errors.js'
import { Clock } from '../link/clock.js'
import { Completion } from '../link/completion.js'
import { Correlation } from '../link/correlation.js'
import { Deadlines } from '../link/deadlines.js'
import { FarDeadlines } from '../link/far-deadlines.js'
import { Hop } from '../link/hop.js'
import { KeepAlive } from '../link/keep-alive.js'
import type { Meter } from '../link/meter.js'
import type { TopicTerms } from '../link/plan.js'
import { PlanCache } from '../link/plan-cache.js'
import { Settlements } from '../link/settlements.js'
import { Submission } from '../link/submission.js'
import { Timers } from '../link/timers.js'
import { VirtualTime } from '../link/virtual-time.js'
import { CallerCircuits } from '../operate/callers.js'
import { busMeters, Reporter, type Sources } from '../operate/metrics/reporter.js'
import { RequestTally } from '../operate/metrics/requests.js'
import { Channels } from '../operate/tracing/channels.js'
import { Tracker } from '../operate/tracing/tracker.js'
import { type BusSettings, canonical, fromCanonical, type ThreadSettings } from '../options/open.js'
import type { PublishSettings } from '../options/send.js'
import { type TopicDefaults, topicDefaults } from '../options/topic.js'
import { AbortSignals } from './abort-signals.js'
import { Alerts } from './alerts.js'
import { Answers } from './answers.js'
import { Arrivals } from './arrivals.js'
import { Barriers } from './barriers.js'
import { Burials } from './burials.js'
import { Choice } from './choice.js'
import { Consequences } from './consequences.js'
import { ContractTable } from './contract-table.js'
import { busCounts, busLevels } from './counted.js'
import { Courier } from './courier.js'
import { DeadLetterList } from './dead-letters.js'
import { Detours } from './detours.js'
import { DirectAnswers } from './direct-answers.js'
import { DirectRequests } from './direct-requests.js'
import { Directories } from './directory.js'
import { Events } from './events.js'
import { Expiries } from './expiries.js'
import { Idleness } from './idleness.js'
import { Interceptors } from './interceptors.js'
import { Measurements } from './measurements.js'
import { Notifications } from './notifications.js'
import { Orphans } from './orphans.js'
import { Pauses } from './pauses.js'
import { Preparation } from './preparation.js'
import { Presence } from './presence.js'
import { Publishing } from './publishing.js'
import { Receivers } from './receivers.js'
import { type RequestParts, Requests } from './requests.js'
import { Schedule } from './schedule.js'
import { Shutdown } from './shutdown.js'
import { Streams } from './streams.js'
import { Traces } from './traces.js'

/** The parts of an attachment that its verbs use. */
export interface Parts {
  /** Those of the first opener, whichever thread it was in. */
  readonly settings: BusSettings
  readonly alerts: Alerts
  readonly attachment: CoreAttachment
  readonly barriers: Barriers
  readonly codecs: Codecs
  readonly correlation: Correlation
  readonly lifelines: Lifelines
  readonly deadLetters: DeadLetterList
  readonly detours: Detours
  readonly directories: Directories
  readonly events: Events
  readonly hop: Hop
  readonly idleness: Idleness
  readonly interceptors: Interceptors
  readonly keepAlive: KeepAlive
  readonly notifications: Notifications
  readonly plans: PlanCache<Endpoint>
  readonly publishing: Publishing
  readonly receivers: Receivers
  readonly requests: Requests
  readonly directRequests: DirectRequests
  readonly shutdown: Shutdown
  readonly streams: Streams
  readonly measurements: Measurements
  readonly traces: Traces
  /** What holds for the messages for a topic or an address where their sender says nothing. */
  readonly defaultsOf: (target: string | Address) => TopicDefaults
  /** Hands over what was sent, and lets go of everything. */
  readonly release: () => void
}

/** Attaches this thread to the bus `name`; throws `ERR_BUS_OPTIONS_DIFFER`, and what is wrong with the contract. */
export function assemble(
  core: Core,
  name: string,
  asked: { readonly settings: BusSettings; readonly namesAny: boolean },
  thread: ThreadSettings,
): Parts {
  const { clock: time, contract } = thread
  if (time !== undefined && !(time instanceof VirtualTime)) throw foreignClock()
  const entries = contract === undefined ? undefined : new ContractTable(contract)
  const attachment = core.attach(
    name,
    canonical(asked.settings),
    boundsOf(asked.settings),
    asked.namesAny,
    time !== undefined,
    () => completion.wake(),
  )
  const settings = fromCanonical(attachment.options)
  const unsaid = topicDefaults(settings, undefined)
  const defaultsOf = (topic: string): TopicDefaults => {
    const entry = entries?.entryOf(topic)
    return entry === undefined ? unsaid : topicDefaults(settings, entry)
  }
  const termsOf = (topic: string): TopicTerms => {
    const defaults = defaultsOf(topic)
    const isSent = !preparation.isNeeded(defaults.entry)
    return {
      defaults,
      isPlain: isSent && isPlain(defaults.publish),
      isBare: !interceptors.seesReceived,
      isSimplyAsked: isSent && isSimplyAsked(defaults),
    }
  }

  // What leaves this thread, and what comes.
  const endpoints = new Map<number, Endpoint>()
  const localOf = (id: number): Endpoint | undefined => endpoints.get(id)
  const meters = busMeters()
  const keepAlive = new KeepAlive()
  const decideKeepAlive = (): void =>
    keepAlive.want(endpoints.size > 0 || correlation.pending > 0 || tracker.open > 0)
  const events = new Events(name)
  const submission = new Submission(attachment, meters.batchSize)
  const correlation = new Correlation(decideKeepAlive)
  const clock = new Clock(attachment, time !== undefined)
  const isOpen = (slot: number, generation: number): boolean =>
    timers.isOpen(slot, generation) ?? correlation.isOpen(slot, generation)
  const deadlines = new Deadlines(submission, isOpen, decideKeepAlive)
  const timers = new Timers(deadlines, clock.nowMs, meters.timerLag)
  const settlements = new Settlements(submission)
  const { planCacheTopics } = settings
  const plans = new PlanCache(attachment, localOf, termsOf, planCacheTopics, false, meters)
  const addresses = new PlanCache(
    attachment,
    localOf,
    () => ({ defaults: unsaid, isPlain: false, isBare: false, isSimplyAsked: false }),
    planCacheTopics,
    true,
    meters,
  )

  // Addresses have no entry in a contract, and most contracts name no codec.
  const namesCodecs = [...(contract?.values() ?? [])].some(({ codec }) => codec !== undefined)
  const codecOf = (topic: string): CodecName | undefined =>
    topic.startsWith('$') ? undefined : plans.get(topic).defaults.entry?.codec
  const codecs = new Codecs(settings.codec, namesCodecs ? codecOf : undefined)
  const tracker: Tracker = new Tracker(attachment.id, () => hop)
  const hop: Hop = new Hop(submission, codecs, settings, {
    refused({ topic, mark }, target) {
      events.congested(topic, 'event')
      if (mark !== undefined) tracker.step(mark, 'no-room', { to: [target] })
    },
    shipped(mark, to, endpoint, batch, place) {
      const detail = `batch ${batch}, frame ${place}`
      tracker.step(mark, 'sent', { to, detail, ...(endpoint !== 0 && { endpoint }) })
    },
  })
  const channels = new Channels({
    bus: name,
    attachment: attachment.id,
    patternOf: (topic) => attachment.label(attachment.matched(topic)[0]?.endpoint ?? 0)?.pattern,
  })

  // What is sent.
  const dispatcher = new Dispatcher(thread.asyncContext)
  const lifelines = new Lifelines(timers, clock)
  const interceptors = new Interceptors(() => plans.forgetAll())
  const preparation = new Preparation(interceptors, thread.freeze)
  const courier = new Courier({
    attachment,
    correlation,
    deadlines,
    dispatcher,
    events,
    hop,
    clock,
    lifelines,
  })
  const choice = new Choice(plans, addresses, correlation)
  const callers = new CallerCircuits(clock.lastingMs, Math.random)
  const detours = new Detours(attachment, choice, callers, localOf)
  const openRequests = new OpenRequests()
  const roundTripsOf = (endpoint: number): Meter | undefined => reporter?.receivers.roundTripsOf(endpoint)
  const tally = new RequestTally({
    nowMs: clock.lastingMs,
    timerLag: meters.timerLag,
    meterOf: settings.metrics ? roundTripsOf : undefined,
  })
  const signals = new AbortSignals()
  const hasHandler = (topic: string): boolean =>
    (topic.startsWith('$') ? addresses : plans).get(topic).handlers.length > 0
  const pauses = new Pauses(correlation, deadlines, signals, hasHandler)
  const schedule = new Schedule(hop, clock)
  const publishing = new Publishing({
    attachment,
    plans,
    dispatcher,
    hop,
    clock,
    courier,
    schedule,
    preparation,
    events,
    lifelines,
    channels,
  })
  const notifications = new Notifications({
    attachment: attachment.id,
    clock,
    choice,
    detours,
    courier,
    schedule,
    preparation,
    events,
    channels,
  })
  const farDeadlines = new FarDeadlines({
    correlation,
    deadlines,
    timers,
    nowMs: clock.nowMs,
    isVirtual: time !== undefined,
    onTurnOver: decideKeepAlive,
  })
  const requestParts: RequestParts = {
    attachment: attachment.id,
    detours,
    correlation,
    deadlines: farDeadlines,
    dispatcher,
    events,
    hop,
    clock,
    preparation,
    pauses,
    signals,
    lifelines,
    redact: settings.redact,
    tally,
    channels,
  }
  const requests = new Requests(requestParts)
  const directRequests = new DirectRequests(requestParts)
  const streams = new Streams({ requests, channels, signals, timers, clock })

  // What is received.
  const answers = new Answers(attachment.id, correlation, hop, openRequests, settings.redact)
  const burials = new Burials(hop, codecs, settlements, events)
  const outcomes = new Consequences({ answers, settlements, burials, events, publishing, tracker })
  const barriers = new Barriers(attachment, hop)
  const expiries = new Expiries(
    { attachment: attachment.id, barriers, correlation, submission, timers },
    requests,
  )
  const shutdown = new Shutdown({ attachment, barriers, clock, hop })
  const directories = new Directories(attachment)
  const presence = new Presence(attachment.id, events, directories)
  const alerts = new Alerts({ events, interceptors, timers, now: clock.lastingMs })
  const sources: Sources = {
    counts: () =>
      busCounts({ attachment, publishing, events, correlation, plans, addresses, submission, completion }),
    levels: () => busLevels({ attachment, correlation, events, hop, receivers }),
    relax: () => {
      plans.relax()
      addresses.relax()
    },
    meters,
    tally,
  }
  const reporter: Reporter | undefined = settings.metrics
    ? new Reporter(attachment, (endpoint) => attachment.label(endpoint), sources)
    : undefined
  const receivers = new Receivers(endpoints, {
    attachment,
    plans,
    addresses,
    directories,
    barriers,
    pauses,
    dispatcher,
    events,
    outcomes,
    interceptors,
    timers,
    clock,
    defaultsOf,
    handOver: submission.flush,
    channels,
    tracker,
    asyncContext: thread.asyncContext,
    inherits: settings.inherit !== 'never',
    metrics: reporter?.receivers,
    onChange: decideKeepAlive,
  })
  const directAnswers = new DirectAnswers({
    answers,
    clock,
    codecs,
    dispatcher,
    lifelines,
    openRequests,
    receivers,
  })
  const arrivals = new Arrivals({
    attachment,
    correlation,
    dispatcher,
    hop,
    codecs,
    clock,
    expiries,
    openRequests,
    lifelines,
    settlements,
    answers,
    directAnswers,
    events,
    requests,
    orphans: new Orphans(attachment, barriers, correlation, submission.flush),
    barriers,
    plans,
    receivers,
    outcomes,
    publishing,
    notifications,
    tracker,
    shutdown,
  })
  const completion: Completion = new Completion(attachment, arrivals.receive, submission, time === undefined)
  const stopFollowing = time?.follow((ms) => {
    deadlines.handOver()
    attachment.advance(ms)
    completion.drain()
  })
  const resend = (letter: Parameters<Courier['resend']>[0]): Promise<boolean> =>
    courier.resend(letter, localOf)
  const deadLetters = new DeadLetterList(attachment, codecs, resend, (pattern) => {
    const compiled = compile(pattern)
    return (topic) => matches(compiled, topic)
  })
  const measurements = new Measurements(attachment, reporter)
  const onChange = decideKeepAlive
  const traces = new Traces({ tracker, plans, publishing, notifications, requests, timers, onChange })
  // From here on we count as asleep, and are woken by whatever comes.
  completion.drain()

  return {
    settings,
    alerts,
    attachment,
    barriers,
    codecs,
    correlation,
    lifelines,
    deadLetters,
    detours,
    directories,
    events,
    hop,
    idleness: new Idleness(endpoints, correlation, barriers),
    interceptors,
    keepAlive,
    notifications,
    plans,
    publishing,
    receivers,
    measurements,
    requests,
    directRequests,
    shutdown,
    streams,
    traces,
    defaultsOf: (target) => (typeof target === 'string' ? plans.get(target).defaults : unsaid),
    release() {
      stopFollowing?.()
      traces.end()
      alerts.end()
      presence.end()
      timers.clear()
      submission.flush()
      measurements.end()
      directories.close()
      barriers.end()
      attachment.detach()
      receivers.routesChanged(undefined)
      receivers.end()
      keepAlive.end()
    },
  }
}

function boundsOf({ matchCacheTopics, inboxBytes, heldBytes }: BusSettings): Bounds {
  return { matchCacheTopics, inboxBytes, heldBytes }
}

/** Whether an event with these settings needs nothing but its receivers. */
function isPlain({ guarantee, priority, ttlMs, retain, mandatory }: PublishSettings): boolean {
  return guarantee === 'at-most-once' && priority === 'normal' && ttlMs === 0 && !retain && !mandatory
}

/** Whether a request without options is made once, of whoever handles it, and its reply is taken as it is. */
function isSimplyAsked({ entry, request }: TopicDefaults): boolean {
  const { balance, priority, retry } = request
  return entry?.reply === undefined && priority === 'normal' && retry === undefined && balance !== 'hash'
}
