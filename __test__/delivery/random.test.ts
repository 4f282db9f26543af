/** Random lives of deliveries: whatever handlers do and when, each message ends once, in the order of its key. */
import type { Registration } from 'busbar'
import fc from 'fast-check'
import { onEachCore, type Stage } from '../support/on-each-core.js'
import { seedOf } from '../support/seed.js'

const ATTEMPTS = 3
const ACK_TIMEOUT_MS = 1_000

type Step =
  | { readonly do: 'send'; readonly key: number }
  | { readonly do: 'fulfil' | 'reject' | 'ack' | 'nak' | 'term'; readonly which: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'pause' | 'resume' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), key: fc.nat(3) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'fulfil' as const,
        'reject' as const,
        'ack' as const,
        'nak' as const,
        'term' as const,
      ),
      which: fc.nat(20),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 10, 50, ACK_TIMEOUT_MS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const) }) },
)

interface Call {
  readonly id: string
  readonly message: { ack(): void; nak(): void; term(): void }
  readonly fulfil: () => void
  readonly reject: () => void
}

/** What has been seen of the handler's calls; throws when it was called out of turn. */
class Witness {
  readonly open: Call[] = []
  readonly #sent: { id: string; key: string }[] = []
  readonly #attempts = new Map<string, number>()
  readonly #lastCalls = new Map<string, Call>()
  readonly problems: string[] = []

  send(key: number): { id: string; key: string } {
    const sent = { id: `m${this.#sent.length}`, key: `k${key}` }
    this.#sent.push(sent)
    return sent
  }

  called(call: Call, attempt: number): void {
    const last = this.#attempts.get(call.id) ?? 0
    if (attempt !== last + 1) this.problems.push(`${call.id}: attempt ${attempt} after ${last}`)
    if (attempt > ATTEMPTS) this.problems.push(`${call.id}: attempt ${attempt}`)
    const own = this.#sent.findIndex(({ id }) => id === call.id)
    const { key } = this.#sent[own] ?? { key: '' }
    for (const later of this.#sent.slice(own + 1)) {
      if (later.key === key && this.#attempts.has(later.id))
        this.problems.push(`${call.id} after ${later.id}`)
    }
    this.#attempts.set(call.id, attempt)
    this.#lastCalls.set(call.id, call)
    this.open.push(call)
  }

  get count(): number {
    return this.#sent.length
  }
}

async function live({ bus, pass }: Stage, concurrency: number, steps: readonly Step[]): Promise<string[]> {
  const witness = new Witness()
  const handle = (
    _payload: unknown,
    message: Call['message'] & { id: string; attempt: number },
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      const failed = new Error('as it was told')
      witness.called(
        { id: message.id, message, fulfil: resolve, reject: () => reject(failed) },
        message.attempt,
      )
    })
  const registration = bus.handle('q', handle, {
    guarantee: 'at-least-once',
    concurrency,
    orderBy: (_payload: unknown, message: { key?: string | undefined }) => message.key,
    retry: { attempts: ATTEMPTS, backoff: 'fixed', initial: 10, jitter: 0 },
    ackTimeout: ACK_TIMEOUT_MS,
  })
  const receipts: Promise<unknown>[] = []
  for (const one of steps) {
    act(one, witness, registration, (id, key) => receipts.push(bus.send('q', 0, { id, key })))
    await pass(one.do === 'advance' ? one.ms : 0)
    const { running } = registration.stats()
    if (running > concurrency) witness.problems.push(`${running} run`)
  }
  registration.resume()
  for (let rounds = 0; !isDone(registration, witness) && rounds < 200; rounds++) {
    for (const { fulfil } of witness.open.splice(0)) fulfil()
    await pass(10)
  }
  await Promise.all(receipts)
  const { processed, deadLettered, accepted } = registration.stats()
  if (processed + deadLettered !== witness.count) witness.problems.push('some have not ended')
  if (accepted !== witness.count) witness.problems.push(`${accepted} accepted of ${witness.count}`)
  if (bus.deadLetters.count !== deadLettered) witness.problems.push('a dead letter is missing')
  await bus.deadLetters.purge()
  await registration.unregister()
  return witness.problems
}

function isDone(registration: Registration, witness: Witness): boolean {
  const { processed, deadLettered } = registration.stats()
  return processed + deadLettered === witness.count
}

function act(
  one: Step,
  witness: Witness,
  registration: Registration,
  send: (id: string, key: string) => void,
): void {
  if (one.do === 'send') {
    const { id, key } = witness.send(one.key)
    send(id, key)
  } else if (one.do === 'pause' || one.do === 'resume') {
    registration[one.do]()
  } else if ('which' in one && witness.open.length > 0) {
    const call = witness.open[one.which % witness.open.length]
    if (call === undefined) return
    if (one.do === 'fulfil' || one.do === 'reject') {
      witness.open.splice(witness.open.indexOf(call), 1)
      call[one.do]()
    } else {
      call.message[one.do]()
    }
  }
}

onEachCore(
  'deliveries: whatever handlers do and when, each message ends once, in the order of its key',
  async (t, stage) => {
    stage.bus.events.on('failure', () => {})
    t.timeout(120_000)
    const property = fc.asyncProperty(
      fc.constantFrom(1, 2, 5),
      fc.array(step, { maxLength: 60, size: 'max' }),
      async (concurrency, steps) => {
        t.deepEqual(await live(stage, concurrency, steps), [])
      },
    )
    await fc.assert(property, { seed: seedOf(t), numRuns: 300 })
  },
)
