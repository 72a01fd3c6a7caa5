import { randomBytes } from 'node:crypto'
import type { Sql } from '@parley/database'
import type { Embedder } from '@parley/embeddings'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Config } from '../config.ts'
import { startIncidentExpiry } from './incidents/incident-expiry.job.ts'
import { createIncidentLog } from './incidents/incident-log.ts'
import { createIncidentStore } from './incidents/incidents.store.ts'
import { openMeaningModels, openModels } from './models/open-models.ts'
import { createOpenaiModerator } from './moderation/openai-moderation.client.ts'
import { restedModerator } from './moderation/rested-moderator.ts'
import { createSecondLook } from './moderation/second-look.ts'
import { createSafety } from './safety.ts'

interface OpenSafetyOptions {
  config: Config
  /** Loads its model at the first passage that words do not decide, and never where a remote classifier is asked. */
  embedder: Embedder
  prisma: PrismaClient
  sql: Sql
  /** Called after an incident was stored: an event may wait in the outbox. */
  onStored(): void
  logger: Logger
}

/** Safety as configured, with its store and its jobs. */
export function openSafety({ config, embedder, prisma, sql, onStored, logger }: OpenSafetyOptions) {
  const incidents = createIncidentStore(prisma, sql)
  const log = createIncidentLog(incidents, onStored, logger)
  const expiry = startIncidentExpiry({ incidents, days: config.SAFETY_INCIDENT_DAYS, logger })
  const remote = openRemote(config)
  if (!config.SAFETY_KEY)
    logger.warn('SAFETY_KEY is not set: hashes of incidents cannot be compared with those of other replicas and starts')
  const safety = createSafety({
    models: openModels(),
    remote: remote && restedModerator(remote),
    secondLook: config.SAFETY_SECOND_LOOK ? createSecondLook(embedder, openMeaningModels()) : null,
    remoteWaitMs: config.SAFETY_REMOTE_WAIT_MS,
    whenSilent: config.SAFETY_WHEN_SILENT,
    policy: config.SAFETY_ACTIONS,
    key: config.SAFETY_KEY ?? randomBytes(32).toString('base64'),
    incidents: log,
    logger,
  })
  return {
    safety,
    incidents,
    async close() {
      await expiry.stop()
      await log.close()
      await remote?.close()
    },
  }
}

/** Only OpenAI itself moderates; a simulated or compatible endpoint is not asked. */
function openRemote({ OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_SIMULATED, SAFETY_REMOTE_MODERATION, PROVIDER_CONNECT_TIMEOUT_MS }: Config) {
  if (!OPENAI_API_KEY || OPENAI_SIMULATED || !SAFETY_REMOTE_MODERATION) return null
  return createOpenaiModerator({ apiKey: OPENAI_API_KEY, baseUrl: OPENAI_BASE_URL, connectTimeoutMs: PROVIDER_CONNECT_TIMEOUT_MS })
}
