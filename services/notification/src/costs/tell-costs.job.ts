import { setTimeout as delay } from 'node:timers/promises'
import { injectTrace } from '@parley/telemetry'
import type { AuthClient } from '../clients/auth.client.ts'
import type { ConsumerDeps } from '../deps.ts'
import { queueMail } from '../mails/mails.store.ts'
import { showLive } from '../notices/live-notice.ts'
import { addNotice } from '../notices/notices.store.ts'
import { detailsOf } from './cost-alert.ts'
import { closeAlert, findDueAlert } from './cost-alerts.store.ts'

/** How often to look for an alert whose time has come, or whose administrators could not be asked for. */
const POLL_MS = 1_000

type Dependencies = ConsumerDeps & { auth: Pick<AuthClient, 'administrators'> }

/** Tells administrators of dear calls, by mail and in the app, once on any number of replicas. */
export function tellCosts({ bus, prisma, logger, wake: sendMails, auth }: Dependencies): { wake(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  let alarm = new AbortController()

  async function tell(): Promise<void> {
    const id = await findDueAlert(prisma)
    if (id === null) return
    const administrators = await auth.administrators()
    const notices = await prisma.$transaction(async (tx) => {
      const figures = await closeAlert(tx, id)
      if (!figures) return []
      const told = administrators.map(
        (userId) => ({ dedupeKey: `${id}:${userId}`, userId, kind: 'cost_alert', details: detailsOf(figures) }) as const,
      )
      for (const alert of told) await queueMail(tx, alert, injectTrace({}))
      return Promise.all(told.map((alert) => addNotice(tx, alert)))
    })
    if (administrators.length === 0) logger.warn('there is no administrator to tell of dear calls')
    sendMails()
    for (const notice of notices) if (notice) showLive(bus, notice)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tell().catch((error: unknown) => logger.warn({ err: error }, 'administrators cannot be told of dear calls yet'))
      await delay(POLL_MS, undefined, { signal: AbortSignal.any([stopping.signal, alarm.signal]), ref: false }).catch(() => {})
      alarm = new AbortController()
    }
  }

  const done = run()
  return {
    wake: () => alarm.abort(),
    stop() {
      stopping.abort()
      return done
    },
  }
}
