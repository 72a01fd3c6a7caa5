import { injectTrace } from '@parley/telemetry'
import type { ConsumerDeps } from '../deps.ts'
import type { NewMail } from '../mails/mail.ts'
import { queueMail } from '../mails/mails.store.ts'
import { showLive } from './live-notice.ts'
import type { NewNotice } from './notice.ts'
import { addNotice } from './notices.store.ts'

type Transaction = Parameters<typeof queueMail>[0]

/**
 * Tells a person something by mail and in the app, once for each `dedupeKey`, in the caller's transaction.
 *
 * @returns what to do when the transaction has committed
 */
export async function tellPerson(
  tx: Transaction,
  { bus, wake }: Pick<ConsumerDeps, 'bus' | 'wake'>,
  news: NewMail & NewNotice,
): Promise<() => void> {
  await queueMail(tx, news, injectTrace({}))
  const notice = await addNotice(tx, news)
  return () => {
    wake()
    if (notice) showLive(bus, notice)
  }
}
