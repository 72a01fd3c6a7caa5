import { purgeHourly } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { purgeStore } from './purge.store.ts'

/** Deletes expired sessions, tokens, requests and attempts. */
export const startPurge = ({ purge, logger }: { purge: ReturnType<typeof purgeStore>; logger: Logger }) =>
  purgeHourly({ deleteBatch: purge.purgeBatch, failure: 'what has expired could not be deleted', logger })
