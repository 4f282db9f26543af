/** Which core a bus gets. */
import { env } from 'node:process'
import { isMainThread } from 'node:worker_threads'
import type { CoreName } from '../contract/options.js'
import { BusError, invalidOption, nativeUnavailable, withoutNative } from '../errors.js'
import type { Core } from './core.js'
import { javaScriptCore } from './javascript/core.js'
import { nativeCore } from './native/core.js'

const NAMES: readonly CoreName[] = ['native', 'javascript']

/** Decides where no option does. */
const VARIABLE = 'BUSBAR_CORE'

let warned = false

/**
 * The core that was asked for, by the option or else by the environment variable `BUSBAR_CORE`; otherwise the native one,
 * and where that cannot be loaded the one in JavaScript, with a warning.
 *
 * @throws BusError `ERR_BUS_NATIVE_UNAVAILABLE` when the native core cannot be loaded, and was asked for or this is a worker;
 * `ERR_BUS_INVALID_OPTION` when the variable names none
 */
export function chooseCore(requested: CoreName | undefined): Core {
  const name = requested ?? fromEnvironment()
  if (name === 'javascript') return javaScriptCore()
  try {
    return nativeCore()
  } catch (error) {
    if (name === 'native') throw refused(error)
    return instead(error)
  }
}

/** What `BUSBAR_CORE` says; an empty one says nothing. */
function fromEnvironment(): CoreName | undefined {
  const value = env[VARIABLE]
  if (value === undefined || value === '') return undefined
  const found = NAMES.find((name) => name === value)
  if (found === undefined)
    throw invalidOption(`the environment variable ${VARIABLE}`, `one of ${NAMES.join(', ')}`, value)
  return found
}

/** There is no native core, and nothing else will do: what else there is, for those who may change their mind. */
function refused(error: unknown): unknown {
  if (!(error instanceof BusError)) return error
  const offer = `A bus of one thread does without it: open(name, { core: 'javascript' }), or ${VARIABLE}=javascript`
  return nativeUnavailable(`${error.message}. ${offer}`, error.cause)
}

/** The core in JavaScript where nobody asked for it: in the main thread only, as it does not reach other threads. */
function instead(error: unknown): Core {
  const reason = error instanceof Error ? error.message : String(error)
  if (!isMainThread) {
    const advice = "to open one for this thread alone, ask for it: open(name, { core: 'javascript' })"
    throw nativeUnavailable(`a bus of several threads needs the native core: ${reason}; ${advice}`, error)
  }
  if (!warned) {
    warned = true
    const advice = `To choose that without this warning, set ${VARIABLE}=javascript`
    process.emitWarning(withoutNative(reason, advice), 'BusbarWarning')
  }
  return javaScriptCore()
}
