import { purgeHourly } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { IncidentStore } from './incidents.store.ts'

interface ExpiryDeps {
  incidents: Pick<IncidentStore, 'deleteOld'>
  days: number
  logger: Logger
}

/** Deletes incidents that are older than they may be. */
export const startIncidentExpiry = ({ incidents, days, logger }: ExpiryDeps) =>
  purgeHourly({ deleteBatch: (limit) => incidents.deleteOld(days, limit), failure: 'old incidents could not be deleted', logger })
