import { purgeHourly } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { AnswerCacheStore } from './answer-cache.store.ts'

/** Removes kept answers whose time is over, and their questions with them. */
export const startAnswerExpiry = ({ answers, logger }: { answers: Pick<AnswerCacheStore, 'deleteExpired'>; logger: Logger }) =>
  purgeHourly({ deleteBatch: answers.deleteExpired, failure: 'kept answers could not be removed', logger })
