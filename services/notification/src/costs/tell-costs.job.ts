import { setTimeout as delay } from 'node:timers/promises'
import type { AuthClient } from '../clients/auth.client.ts'
import type { ConsumerDeps } from '../deps.ts'
import { tellPerson } from '../notices/tell-person.ts'
import { detailsOf } from './cost-alert.ts'
import { closeAlert, findDueAlert } from './cost-alerts.store.ts'

/** How often to look for an alert whose time has come, or whose administrators could not be asked for. */
const POLL_MS = 1_000

type Dependencies = ConsumerDeps & { auth: Pick<AuthClient, 'administrators'> }

/** Tells administrators of dear calls, by mail and in the app, once on any number of replicas. */
export function tellCosts({ bus, prisma, logger, wake, auth }: Dependencies): { wake(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  let alarm = new AbortController()

  async function tell(): Promise<void> {
    const id = await findDueAlert(prisma)
    if (id === null) return
    const administrators = await auth.administrators()
    const whenCommitted = await prisma.$transaction(async (tx) => {
      const figures = await closeAlert(tx, id)
      if (!figures) return []
      const told: (() => void)[] = []
      for (const userId of administrators) {
        const alert = { dedupeKey: `${id}:${userId}`, userId, kind: 'cost_alert', details: detailsOf(figures) } as const
        told.push(await tellPerson(tx, { bus, wake }, alert))
      }
      return told
    })
    if (administrators.length === 0) logger.warn('there is no administrator to tell of dear calls')
    for (const show of whenCommitted) show()
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
