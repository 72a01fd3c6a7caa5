import { setTimeout as delay } from 'node:timers/promises'
import { counter, type Logger } from '@parley/telemetry'
import type { Incident } from './incident.ts'
import type { IncidentStore } from './incidents.store.ts'

const incidentsTotal = counter({
  name: 'parley_ai_safety_incidents_total',
  help: 'Texts that were flagged or blocked.',
  labelNames: ['side', 'category', 'action'],
})
const lostTotal = counter({
  name: 'parley_ai_safety_incidents_lost_total',
  help: 'Incidents that could not be stored.',
})

/** How often a database that is away is asked again, and how long is waited in between. */
const TRIES = 5
const PAUSE_MS = 1_000
/** Incidents that wait for the database; more are lost, and counted. */
const MAX_WAITING = 1_000

export type IncidentLog = ReturnType<typeof createIncidentLog>

/** Stores incidents behind the answer: nobody waits for it, and a database that is away is tried again. */
export function createIncidentLog(incidents: Pick<IncidentStore, 'add'>, onStored: () => void, logger: Logger) {
  const waiting = new Set<Promise<void>>()
  const stopping = new AbortController()

  async function store(incident: Incident): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await incidents.add(incident)
        return onStored()
      } catch (error) {
        if (tries === TRIES || stopping.signal.aborted) {
          lostTotal.inc()
          const { category, action, side } = incident.verdict
          logger.error({ err: error, callId: incident.callId, category, action, side }, 'an incident could not be stored')
          return
        }
        await delay(PAUSE_MS * tries, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  return {
    add(incident: Incident): void {
      const { side, category, action } = incident.verdict
      incidentsTotal.inc({ side, category, action })
      if (waiting.size >= MAX_WAITING) {
        lostTotal.inc()
        return
      }
      const stored = store(incident).finally(() => waiting.delete(stored))
      waiting.add(stored)
    },
    /** Waits for what is on its way; gives up trying again. */
    async close(): Promise<void> {
      stopping.abort()
      await Promise.all(waiting)
    },
  }
}
