import type { Logger } from '@parley/telemetry'
import type { AnswerCacheStore } from './answer-cache.store.ts'

const EVERY_MS = 3_600_000

/** Removes kept answers whose time is over. Every replica may do it. */
export function startAnswerExpiry({ answers, logger }: { answers: Pick<AnswerCacheStore, 'removeExpired'>; logger: Logger }) {
  let atWork: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    atWork = answers.removeExpired().catch((error: unknown) => logger.warn({ err: error }, 'kept answers could not be removed'))
  }, EVERY_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await atWork
    },
  }
}
