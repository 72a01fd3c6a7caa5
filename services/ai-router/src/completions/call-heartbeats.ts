import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { Model } from '../catalogue/catalogue.ts'
import type { Leg } from '../routing/leg.ts'
import { legRecordOf } from './call-legs.ts'
import type { CallProgressStore } from './call-progress.store.ts'
import type { CallProgress } from './call-record.ts'
import { rate } from './cost.ts'
import type { RunningCalls } from './running-calls.ts'
import type { UsageMeter } from './usage-meter.ts'

/** Says of every call of this process that it lives and what it has used, so that a kill loses at most the last moments. */
export interface CallHeartbeats {
  begin(callId: string): CallLife
  /** The call is stored, or nobody here will store it any more. */
  end(callId: string): void
  stop(): Promise<void>
}

/** What a call tells about itself while it runs. */
export interface CallLife {
  /** A vendor is asked. The figures of the last one that was are what the call has used, should this process be killed. */
  asks(asked: AskedVendor): void
  /** One has ended, and was perhaps not the last. */
  legEnded(leg: Leg): void
}

export interface AskedVendor {
  model: Model
  /** Goes along with its stream. */
  meter: Pick<UsageMeter, 'estimate'>
  /** Its leg's number. */
  leg: number
}

interface HeartbeatDeps {
  calls: Pick<CallProgressStore, 'beat' | 'noteLeg'>
  running: Pick<RunningCalls, 'cut'>
  everyMs: number
  logger: Logger
}

/** After a failure sooner than usual: others take silence for the end of this process. */
const RETRY_MS = 500

export function startHeartbeats({ calls, running, everyMs, logger }: HeartbeatDeps): CallHeartbeats {
  const alive = new Map<string, AskedVendor | null>()
  const stopping = new AbortController()

  async function beat(): Promise<void> {
    if (alive.size === 0) return
    const lost = await calls.beat([...alive].map(([callId, asked]) => progressOf(callId, asked)))
    for (const callId of lost) {
      alive.delete(callId)
      // What it uses from now on would be nobody's.
      running.cut(callId)
      logger.warn({ callId }, 'a call of this process was taken for lost and is ended')
    }
  }

  async function run(): Promise<void> {
    let pauseMs = everyMs
    while (!stopping.signal.aborted) {
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      pauseMs = everyMs
      await beat().catch((error: unknown) => {
        pauseMs = Math.min(everyMs, RETRY_MS)
        logger.warn({ err: error }, 'the progress of running calls could not be stored')
      })
    }
  }

  const done = run()
  return {
    begin(callId) {
      alive.set(callId, null)
      return {
        asks: (asked) => void (alive.has(callId) && alive.set(callId, asked)),
        legEnded(leg) {
          // One that finished is the call's last, which is booked at once.
          if (leg.end.kind === 'finished' || !leg.usage) return
          calls.noteLeg(callId, legRecordOf(leg)).catch((error: unknown) => {
            logger.warn({ err: error, callId }, 'a leg could not be stored yet')
          })
        },
      }
    },
    end: (callId) => void alive.delete(callId),
    stop() {
      stopping.abort()
      return done
    },
  }
}

const progressOf = (callId: string, asked: AskedVendor | null): CallProgress => ({
  callId,
  asked: asked && {
    model: asked.model.id,
    provider: asked.model.provider,
    leg: asked.leg,
    usage: rate(asked.meter.estimate(), asked.model.price),
  },
})
