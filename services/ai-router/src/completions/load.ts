import { commonErrors } from '@parley/errors'
import type { Pressure } from '@parley/service-kit'
import { counter } from '@parley/telemetry'
import type { RunningCalls } from './running-calls.ts'

/** Whether this replica has room for one more completion. */
export interface Load {
  /**
   * Throws `service_busy` when it has none: what runs comes first (D6). A turn that chat has let in, and its user has seen
   * accepted, is refused much later than a call of the public API, whose caller hears of it and asks elsewhere.
   */
  admit(caller: 'chat' | 'api'): void
  /**
   * Counts a call that was let in as one that begins until `admission` is over, and gives what comes of it. What a call
   * costs falls for the most part when it begins, so a crowd that begins at once makes everybody wait before its delay shows.
   */
  begins<Result>(admission: Promise<Result>): Promise<Result>
}

interface LoadDeps {
  pressure: Pick<Pressure, 'delayMs'>
  running: Pick<RunningCalls, 'size'>
  maxRunning: number
  /** Delay of the event loop, milliseconds; counts where enough calls run for it to be theirs. */
  maxDelayMs: number
}

/** Fewer calls than these are not what makes a process late: whoever shares its machine is, and refusing one would not help. */
const MANY_CALLS = 200

/** Chat sheds by itself, before it accepts a turn. */
const CHAT_PATIENCE = 10

/** Some 4 ms of work each: who is let in waits for about a tenth of a second behind those that begin. */
const MANY_BEGINNING = 24

/** Another replica may have room at once. They do not all come back in the same second. */
const RETRY_AFTER_S = [1, 2, 3]

export function createLoad({ pressure, running, maxRunning, maxDelayMs }: LoadDeps): Load {
  const shed = counter({
    name: 'parley_ai_calls_shed_total',
    help: 'Completions that were refused for want of room.',
    labelNames: ['reason'],
  })
  let beginning = 0
  const refuse = (reason: 'running' | 'event_loop' | 'beginning'): never => {
    shed.inc({ reason })
    const retryAfterS = RETRY_AFTER_S[Math.floor(Math.random() * RETRY_AFTER_S.length)]
    throw commonErrors.service_busy({ internal: `no completion taken: ${reason}`, retryAfterS })
  }
  return {
    admit(caller) {
      if (running.size >= maxRunning) refuse('running')
      if (running.size < MANY_CALLS) return
      const patience = caller === 'chat' ? CHAT_PATIENCE : 1
      if (pressure.delayMs > maxDelayMs * patience) refuse('event_loop')
      if (beginning >= MANY_BEGINNING * patience) refuse('beginning')
    },
    begins(admission) {
      beginning += 1
      return admission.finally(() => {
        beginning -= 1
      })
    },
  }
}
