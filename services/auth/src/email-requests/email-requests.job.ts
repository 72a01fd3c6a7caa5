import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { Transact } from '../stores.ts'
import { answerOldestRequest, type MailLimit } from './answer-request.ts'

export interface EmailRequestsJob {
  /** A request was written: answer it soon. */
  wake(): void
  stop(): Promise<void>
}

/** How often to look for requests whose writer has died. */
const POLL_MS = 5_000
/** A request is answered at a random moment in this time, so that its work does not show in the time of the next one. */
const SPREAD_MS = 250

/** Answers requests for mails in the background, on every replica. */
export function startEmailRequests({
  transact,
  limit,
  logger,
}: {
  transact: Transact
  limit: MailLimit
  logger: Logger
}): EmailRequestsJob {
  const stopping = new AbortController()
  let alarm = Promise.withResolvers<void>()

  async function answerAll(): Promise<void> {
    try {
      while (!stopping.signal.aborted && (await answerOldestRequest({ transact, limit }))) {
        // until there is none
      }
    } catch (error) {
      logger.warn({ err: error }, 'requests for mails wait')
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const poll = new AbortController()
      await Promise.race([alarm.promise, rest(POLL_MS, AbortSignal.any([stopping.signal, poll.signal]))])
      poll.abort()
      alarm = Promise.withResolvers()
      await rest(Math.random() * SPREAD_MS, stopping.signal)
      await answerAll()
    }
  }

  const running = run()
  return {
    wake: () => alarm.resolve(),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const rest = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal, ref: false }).catch(() => {})
