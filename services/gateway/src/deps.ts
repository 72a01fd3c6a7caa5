import { openPrisma } from '@parley/database'
import { connectBus } from '@parley/messaging'
import { ACCESS_TOKEN_AUDIENCE, createAccessTokenVerifier, createPrincipalSigner } from '@parley/principal'
import { createHttpClient, type HttpClient } from '@parley/service-kit'
import type { Logger } from '@parley/telemetry'
import { Redis } from 'ioredis'
import { PrismaClient } from '../prisma/generated/client.ts'
import { followRevokedApiKeys } from './api-keys/api-key-revoked.consumer.ts'
import { createApiKeysClient } from './api-keys/api-keys.client.ts'
import { createKnownApiKeys } from './api-keys/known-api-keys.ts'
import { createBanList } from './bans/ban-list.ts'
import { createBanStore } from './bans/bans.store.ts'
import { refreshBans } from './bans/refresh-bans.job.ts'
import type { Config } from './config.ts'
import { upstreamsOf } from './forwarding/upstreams.ts'
import { deleteExpired } from './idempotency/delete-expired.job.ts'
import { createIdempotentAnswerStore } from './idempotency/idempotent-answers.store.ts'
import { forgetRevocations } from './identity/forget-revocations.job.ts'
import { createRevocations } from './identity/revocations.ts'
import { createSessionCookies } from './identity/session-cookies.ts'
import { followRevokedSessions } from './identity/session-revoked.consumer.ts'
import { createRequestCounts } from './limits/request-counts.store.ts'
import { createTurnsClient } from './live/turns.client.ts'
import { createPipe } from './openai-api/pipe.ts'
import { createOpenConnections } from './sockets/open-connections.ts'
import { sweepConnections } from './sockets/sweep.job.ts'
import { createTicketStore } from './sockets/tickets.store.ts'

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Opens everything the gateway works with; `close` ends it in reverse. */
export async function openDeps(config: Config, logger: Logger) {
  const prisma = openPrisma(PrismaClient, { url: config.DATABASE_URL, applicationName: 'gateway' })
  const bus = await connectBus({ url: config.NATS_URL, name: 'gateway', logger })
  const redis = openRedis(config.REDIS_URL, logger)

  const signer = createPrincipalSigner({ privateJwk: config.PRINCIPAL_SIGNING_KEY })
  const upstreams = upstreamsOf(config)
  const services = Object.fromEntries(
    Object.entries(upstreams).map(([name, baseUrl]) => [name, createHttpClient({ baseUrl, name, principals: signer })]),
  ) as Record<keyof typeof upstreams, HttpClient>

  const accessTokenTtlMs = config.ACCESS_TOKEN_TTL_S * 1000
  const connections = createOpenConnections({ socketsPerUser: config.SOCKETS_PER_USER, silenceMs: config.SOCKET_SILENCE_MS })
  const revocations = createRevocations({ accessTokenTtlMs })
  const bans = createBanList()
  const banStore = createBanStore(prisma)
  const answers = createIdempotentAnswerStore(prisma)
  const tickets = createTicketStore(prisma)

  const refresh = refreshBans({ bus, store: banStore, bans, connections, logger })
  const apiKeys = createKnownApiKeys({ verify: createApiKeysClient(bus), graceMs: accessTokenTtlMs })
  const pipe = createPipe({ origin: upstreams['ai-router'], signer, timeoutMs: config.API_TIMEOUT_MS })
  const revoked = followRevokedSessions({ bus, revocations, connections, apiKeys, accessTokenTtlMs, logger })
  const revokedApiKeys = followRevokedApiKeys({ bus, apiKeys, connections, logger })
  const jobs = [sweepConnections(connections), forgetRevocations(revocations), deleteExpired({ answers, tickets, logger })]

  return {
    config,
    logger,
    bus,
    upstreams,
    services,
    signer,
    cookies: createSessionCookies({ publicUrl: config.PUBLIC_URL }),
    accessTokens: createAccessTokenVerifier({
      jwksUrl: new URL('/.well-known/jwks.json', config.AUTH_URL).href,
      issuer: config.PUBLIC_URL,
      audience: ACCESS_TOKEN_AUDIENCE,
    }),
    apiKeys,
    pipe,
    revocations,
    /** Resolves when the revocations of the last token lifetime are known; before, a revoked token might pass. */
    revocationsKnown: revoked.caughtUp,
    bans,
    banStore,
    refreshBans: refresh,
    connections,
    tickets,
    answers,
    counts: createRequestCounts(redis),
    redisStatus: (): string => redis.status,
    turns: createTurnsClient(services.chat),
    allowedOrigins: new Set([new URL(config.PUBLIC_URL).origin, ...config.ALLOWED_ORIGINS]),

    async close(): Promise<void> {
      for (const job of jobs) job.stop()
      refresh.stop()
      await Promise.all([revoked.stop(), revokedApiKeys.stop()])
      await pipe.close()
      await Promise.all(Object.values(services).map((service) => service.close()))
      redis.disconnect()
      await bus.close()
      await prisma.$disconnect()
    },
  }
}

/** no request waits for Redis: nothing is queued while it is away, and a command has 50 ms. */
function openRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    connectionName: 'gateway',
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 50,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(2_000, 100 * attempt),
  })
  redis.on('error', (error) => logger.debug({ err: error }, 'Redis is away'))
  redis.on('ready', () => logger.info('Redis is there'))
  redis.on('close', () => logger.warn('Redis is away, every replica counts for itself'))
  return redis
}
