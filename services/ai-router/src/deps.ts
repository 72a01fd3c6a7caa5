import { broadcasts } from '@parley/contracts'
import { openDatabase, openPool } from '@parley/database'
import { createEmbedder } from '@parley/embeddings'
import { connectBus, startRelay } from '@parley/messaging'
import { createPrincipalVerifier } from '@parley/principal'
import { measurePressure } from '@parley/service-kit'
import type { Logger } from '@parley/telemetry'
import { PrismaClient } from '../prisma/generated/client.ts'
import { maskConfigured } from './catalogue/admin/configured-providers.ts'
import { createModelRouteStore } from './catalogue/admin/model-routes.store.ts'
import { createAdminModelStore } from './catalogue/admin/models.store.ts'
import { createPriceStore } from './catalogue/admin/prices.store.ts'
import { createProviderKeyStore } from './catalogue/admin/provider-keys.store.ts'
import { createAdminProviderStore } from './catalogue/admin/providers.store.ts'
import { createCatalogueStore } from './catalogue/catalogue.store.ts'
import { createKeyVault } from './catalogue/key-vault.ts'
import { openCatalogue } from './catalogue/live-catalogue.ts'
import { resealKeys } from './catalogue/reseal-keys.ts'
import { createStoredProviders } from './catalogue/stored-providers.ts'
import { createOpenLinks } from './completion-links/open-links.ts'
import { createAnswerCacheStore } from './completions/answer-cache.store.ts'
import { startAnswerExpiry } from './completions/answer-expiry.job.ts'
import { createBookings } from './completions/bookings.ts'
import { startHeartbeats } from './completions/call-heartbeats.ts'
import { createCallProgressStore } from './completions/call-progress.store.ts'
import { createCallStore } from './completions/calls.store.ts'
import { serveCostBounds } from './completions/cost-bounds.rpc.ts'
import { createFlights } from './completions/flights.ts'
import { createLoad } from './completions/load.ts'
import { watchForLostCalls } from './completions/lost-calls.job.ts'
import { createRunningCalls } from './completions/running-calls.ts'
import { breakerRulesOf, type Config, outputLimitsOf, patienceRulesOf, providersOf, retryRulesOf } from './config.ts'
import { openProviders } from './providers/registry.ts'
import { createQuota } from './public-api/quota.client.ts'
import { createBreakers } from './routing/breakers.ts'
import { createFirstTokenTimes } from './routing/first-token-times.ts'
import { createLateSigns } from './routing/late-signs.ts'
import { createRateLimits } from './routing/rate-limits.ts'
import { createTargetExperience } from './routing/target-experience.ts'
import { createWaitQueue } from './routing/wait-queue.ts'
import { openSafety } from './safety/open-safety.ts'
import { createCachedQuestionStore } from './similar-answers/cached-questions.store.ts'
import { createSimilarAnswers } from './similar-answers/similar-answers.ts'

const NAME = 'ai-router'
const BOOKINGS_CLOSE_MS = 1_500
/** The model of meanings is loaded by the first question of a semantic route, which is not found in time, or passage that moderation doubts. */
const EMBEDDER_IDLE_MS = 600_000

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Everything the service works with, open. */
export async function openDeps(config: Config, logger: Logger) {
  const connection = {
    url: config.DATABASE_URL,
    applicationName: NAME,
    onIdleError: (error: Error) => logger.warn({ err: error }, 'a database connection was lost'),
  }
  const { prisma, sql } = openDatabase(PrismaClient, connection)
  const pool = openPool({ ...connection, poolSize: 4 })
  const configured = providersOf(config)
  const providers = openProviders(configured, { connectTimeoutMs: config.PROVIDER_CONNECT_TIMEOUT_MS })
  const vault = createKeyVault(config.PROVIDER_KEY_ENCRYPTION_KEYS ?? [])
  const providerKeys = createProviderKeyStore(prisma, vault)
  await resealKeys({ providerKeys, logger })
  const configuredIds = new Set(configured.map(({ id }) => id))
  const catalogue = await openCatalogue({
    store: createCatalogueStore(prisma),
    storedProviders: createStoredProviders({ registry: providers, vault, configuredIds, logger }),
    modeOf: providers.modeOf,
    logger,
    pollMs: config.CATALOGUE_POLL_MS,
    refreshMs: config.CATALOGUE_REFRESH_MS,
  })
  const offered = catalogue.current().list()
  if (!offered.some(({ isAvailable }) => isAvailable)) logger.warn('no provider has a key or is simulated: every completion will fail')
  const bus = await connectBus({ url: config.NATS_URL, name: NAME, logger })
  bus.onBroadcast(broadcasts.catalogueChanged, () => void catalogue.refresh())
  const relay = startRelay({ bus, pool, logger })
  const outputLimits = outputLimitsOf(config)
  const costBounds = serveCostBounds({ bus, catalogue, outputLimits, logger })
  const alertMicroUsd = config.COST_ALERT_CALL_USD
  const calls = createCallStore(sql, { alertMicroUsd })
  const progress = createCallProgressStore(sql, { alertMicroUsd, heartbeatMs: config.CALL_HEARTBEAT_MS })
  const answers = createAnswerCacheStore(sql)
  const expiry = startAnswerExpiry({ answers, logger })
  const embedder = createEmbedder({ idleMs: EMBEDDER_IDLE_MS })
  const similarAnswers = createSimilarAnswers({
    embedder,
    questions: createCachedQuestionStore(sql),
    answers,
    logger,
    waitMs: config.SIMILAR_ANSWER_WAIT_MS,
  })
  const running = createRunningCalls()
  const pressure = measurePressure()
  const load = createLoad({ pressure, running, maxRunning: config.MAX_RUNNING_CALLS, maxDelayMs: config.MAX_EVENT_LOOP_DELAY_MS })
  const breakers = createBreakers({ bus, rules: breakerRulesOf(config), logger })
  const rateLimits = createRateLimits()
  const firstTokens = createFirstTokenTimes()
  const heartbeats = startHeartbeats({ calls: progress, running, everyMs: config.CALL_HEARTBEAT_MS, logger })
  const lostCalls = watchForLostCalls({ calls: progress, onBooked: relay.wake, silentMs: config.CALL_LOST_AFTER_MS, logger })
  const safety = openSafety({ config, embedder, prisma, sql, onStored: relay.wake, logger })
  const onSettled = (callId: string, isStored: boolean) => {
    heartbeats.end(callId)
    if (isStored) relay.wake()
  }
  const bookings = createBookings({ calls, onSettled, logger, waitMs: config.BOOKING_WAIT_MS })

  return {
    logger,
    prisma,
    bus,
    providers,
    catalogue,
    vault,
    providerKeys,
    relay,
    adminModels: createAdminModelStore(prisma),
    prices: createPriceStore(prisma),
    adminProviders: createAdminProviderStore(prisma),
    configuredProviders: maskConfigured(configured),
    modelRoutes: createModelRouteStore(prisma),
    calls,
    bookings,
    heartbeats,
    safety: safety.safety,
    incidents: safety.incidents,
    running,
    links: createOpenLinks(),
    load,
    answers,
    similarAnswers,
    flights: createFlights(),
    breakers,
    rateLimits,
    firstTokens,
    lateSigns: createLateSigns({ watchMs: config.FIRST_TOKEN_TIMEOUT_MS }),
    experience: createTargetExperience({ breakers, rateLimits, firstTokens, rules: patienceRulesOf(config) }),
    waiting: createWaitQueue({ capacity: config.RATE_LIMIT_QUEUE }),
    retryRules: retryRulesOf(config),
    quota: createQuota(bus),
    principals: createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS }),
    clocks: {
      firstTokenMs: config.FIRST_TOKEN_TIMEOUT_MS,
      gapMs: config.TOKEN_GAP_TIMEOUT_MS,
      totalMs: config.COMPLETION_TIMEOUT_MS,
    },
    outputLimits,

    async close() {
      await costBounds.stop()
      await catalogue.stop()
      breakers.stop()
      pressure.stop()
      await expiry.stop()
      await similarAnswers.close()
      await providers.close()
      await lostCalls.stop()
      await bookings.close(BOOKINGS_CLOSE_MS)
      await heartbeats.stop()
      await safety.close()
      await relay.stop()
      await bus.close()
      await pool.end()
      await prisma.$disconnect()
    },
  }
}
