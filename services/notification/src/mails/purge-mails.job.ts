import { purgeHourly } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { MailStore } from './mails.store.ts'

/** Forgets mails that were sent or skipped long ago. */
export const startPurgeMails = ({ mails, keptS, logger }: { mails: Pick<MailStore, 'purgeBatch'>; keptS: number; logger: Logger }) =>
  purgeHourly({ deleteBatch: (limit) => mails.purgeBatch(keptS, limit), failure: 'old mails could not be deleted', logger })
