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
}

interface LoadDeps {
  pressure: Pick<Pressure, 'delayMs'>
  running: Pick<RunningCalls, 'size'>
  maxRunning: number
  /** Delay of the event loop, milliseconds; counts where enough calls run for it to be theirs. */
  maxDelayMs: number
}

/** Fewer calls than these are not what makes a process late: whoever shares its machine is, and refusing one would not help. */
const MANY_CALLS = 300

/** Chat sheds by itself, before it accepts a turn. */
const CHAT_PATIENCE = 10

/** Another replica may have room at once; by then this one knows better, too. */
const RETRY_AFTER_S = 1

export function createLoad({ pressure, running, maxRunning, maxDelayMs }: LoadDeps): Load {
  const shed = counter({
    name: 'parley_ai_calls_shed_total',
    help: 'Completions that were refused for want of room.',
    labelNames: ['reason'],
  })
  const refuse = (reason: 'running' | 'event_loop'): never => {
    shed.inc({ reason })
    throw commonErrors.service_busy({ internal: `no completion taken: ${reason}`, retryAfterS: RETRY_AFTER_S })
  }
  return {
    admit(caller) {
      if (running.size >= maxRunning) refuse('running')
      const mostMs = caller === 'chat' ? maxDelayMs * CHAT_PATIENCE : maxDelayMs
      if (running.size >= MANY_CALLS && pressure.delayMs > mostMs) refuse('event_loop')
    },
  }
}
