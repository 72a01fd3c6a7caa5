import { purgeHourly } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { BlockedTextsStore } from './blocked-texts.store.ts'

interface ExpiryDeps {
  blockedTexts: Pick<BlockedTextsStore, 'deleteOld'>
  days: number
  logger: Logger
}

/** Forgets who had something refused once it is older than it may be. */
export const startBlockedTextExpiry = ({ blockedTexts, days, logger }: ExpiryDeps) =>
  purgeHourly({
    deleteBatch: (limit) => blockedTexts.deleteOld(days, limit),
    failure: 'old records of refused texts could not be deleted',
    logger,
  })
