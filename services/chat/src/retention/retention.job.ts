import type { Logger } from '@parley/telemetry'
import { metrics } from '../metrics.ts'
import { type Repetition, repeat } from '../turns/repetition.ts'
import { type DeletionDependencies, deleteOldConversations } from './delete-old-conversations.ts'

const LOOK_EVERY_MS = 60_000
const REPORT_EVERY_MS = 10_000

/** Looks every minute whether old conversations are to be deleted: once an hour, by one replica. */
export function deleteOldConversationsHourly(
  deps: Omit<DeletionDependencies, 'onProgress'> & { owner: string; logger: Logger; lookEveryMs?: number },
): Repetition {
  const { owner, logger, lookEveryMs = LOOK_EVERY_MS } = deps
  const stopping = new AbortController()

  async function look(): Promise<void> {
    let reportedAtMs = performance.now()
    const onProgress: DeletionDependencies['onProgress'] = (soFar) => {
      if (performance.now() - reportedAtMs < REPORT_EVERY_MS) return
      reportedAtMs = performance.now()
      logger.info({ ...soFar }, 'deleting old conversations')
    }
    const round = await deleteOldConversations({ ...deps, onProgress }, { owner, isOrdered: false, signal: stopping.signal })
    if (!round) return
    metrics.retentionRounds.inc({ outcome: round.isComplete ? 'complete' : 'interrupted' })
    logger.info(round, 'old conversations were deleted')
  }

  const repetition = repeat(look, {
    everyMs: lookEveryMs,
    onError: (error) => {
      metrics.retentionRounds.inc({ outcome: 'failed' })
      logger.warn({ err: error }, 'old conversations could not be deleted')
    },
  })
  return {
    stop() {
      stopping.abort()
      return repetition.stop()
    },
  }
}
