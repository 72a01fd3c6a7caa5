import { injectTrace } from '@parley/telemetry'
import type { ConsumerDeps } from '../deps.ts'
import { queueMail } from '../mails/mails.store.ts'
import { showLive } from '../notices/live-notice.ts'
import { addNotice } from '../notices/notices.store.ts'

type Transaction = Parameters<typeof queueMail>[0]

/**
 * Welcomes somebody once, by mail and in the app, whichever event says first that the account is ready.
 *
 * @returns what to do when the transaction has committed
 */
export async function welcome(tx: Transaction, { bus, wake }: Pick<ConsumerDeps, 'bus' | 'wake'>, userId: string): Promise<() => void> {
  const dedupeKey = `welcome:${userId}`
  await queueMail(tx, { dedupeKey, userId, kind: 'welcome' }, injectTrace({}))
  const notice = await addNotice(tx, { dedupeKey, userId, kind: 'welcome' })
  return () => {
    wake()
    if (notice) showLive(bus, notice)
  }
}
