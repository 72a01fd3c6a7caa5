import { openPool, openPrisma } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createPrincipalVerifier } from '@parley/principal'
import type { Logger } from '@parley/telemetry'
import { PrismaClient } from '../prisma/generated/client.ts'
import { serveAdministrators } from './accounts/administrators.rpc.ts'
import { serveContacts } from './accounts/contact.rpc.ts'
import { ensureAdministrator } from './accounts/ensure-administrator.ts'
import { followEntitlements } from './accounts/entitlement-changed.consumer.ts'
import { serveApiKeys } from './api-keys/verify-api-key.rpc.ts'
import { auditCaps } from './audit/cap-changed.consumer.ts'
import { auditCatalogue } from './audit/catalogue-changed.consumer.ts'
import type { Config } from './config.ts'
import { startEmailRequests } from './email-requests/email-requests.job.ts'
import { serveEmailTokens } from './email-tokens/issue-email-token.rpc.ts'
import { createHashingPool } from './passwords/hashing-pool.ts'
import { createPasswordHasher } from './passwords/password-hasher.ts'
import { startPurge } from './retention/purge.job.ts'
import { purgeStore } from './retention/purge.store.ts'
import { createAccessTokenSigner } from './signing-keys/access-token.ts'
import { createKeyEncryption } from './signing-keys/key-encryption.ts'
import { keepKeyRing } from './signing-keys/signing-keys.job.ts'
import { createStores, createTransact } from './stores.ts'

export type Deps = Awaited<ReturnType<typeof openDeps>>

const DAY_S = 86_400
/** How long a new signing key is published before it signs: other replicas and every verifier know it by then. */
const KEY_SETTLE_S = 120
/** What a retired key stays published beyond the life of its last token. */
const KEY_MARGIN_S = 600

/** Opens everything this service works with, and makes what must exist: the signing key, the first administrator. */
export async function openDeps(config: Config, logger: Logger) {
  const database = {
    url: config.DATABASE_URL,
    applicationName: 'auth',
    onIdleError: (error: Error) => logger.warn({ err: error }, 'a database connection was lost'),
  }
  const prisma = openPrisma(PrismaClient, database)
  const pool = openPool({ ...database, applicationName: 'auth-relay', poolSize: 2 })
  const bus = await connectBus({ url: config.NATS_URL, name: 'auth', logger })
  const relay = startRelay({ bus, pool, logger })

  const stores = createStores(prisma)
  const transact = createTransact(prisma, relay.wake)
  const hasher = createPasswordHasher({
    pepper: config.PASSWORD_PEPPER,
    cost: config.BCRYPT_COST,
    pool: createHashingPool({ concurrency: config.HASHING_CONCURRENCY, queueLimit: config.HASHING_QUEUE_LIMIT }),
  })
  const keyRing = await keepKeyRing({
    transact,
    encryption: createKeyEncryption(config.KEY_ENCRYPTION_KEY),
    ages: {
      settleS: KEY_SETTLE_S,
      lifetimeS: config.SIGNING_KEY_LIFETIME_DAYS * DAY_S,
      publishedAfterRetirementS: config.ACCESS_TOKEN_TTL_S + KEY_MARGIN_S,
    },
    logger,
  })
  const signer = createAccessTokenSigner({
    signingKey: () => keyRing.current().signing,
    issuer: config.PUBLIC_URL,
    ttlS: config.ACCESS_TOKEN_TTL_S,
  })
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = config
  if (email && password && (await ensureAdministrator({ stores, transact, hasher }, { email, password }))) {
    logger.info('the first administrator was created')
  }

  const ttls = {
    verify_address: config.VERIFY_TOKEN_TTL_S,
    reset_password: config.RESET_TOKEN_TTL_S,
    magic_link: config.MAGIC_TOKEN_TTL_S,
  }
  const mailLimit = { mails: config.MAIL_REQUEST_LIMIT, windowS: config.MAIL_REQUEST_WINDOW_S }
  const emailRequestsJob = startEmailRequests({ transact, limit: mailLimit, logger })
  const workers = [
    emailRequestsJob,
    serveContacts({ bus, stores, logger }),
    serveAdministrators({ bus, stores, logger }),
    serveApiKeys({ bus, stores, logger }),
    serveEmailTokens({ bus, stores, ttls, logger }),
    followEntitlements({ bus, prisma, logger }),
    auditCatalogue({ bus, prisma, logger }),
    auditCaps({ bus, prisma, logger }),
    startPurge({ purge: purgeStore(prisma), logger }),
    keyRing,
  ]

  return {
    logger,
    prisma,
    bus,
    principals: createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS }),
    stores,
    transact,
    hasher,
    keyRing,
    signer,
    emailRequestsJob,
    sessionTtlS: config.REFRESH_TOKEN_TTL_S,
    apiKeyLimit: config.API_KEYS_PER_ACCOUNT,
    limits: {
      windowS: config.LOGIN_ATTEMPT_WINDOW_S,
      perPair: config.LOGIN_ATTEMPT_LIMIT,
      perSource: config.LOGIN_ATTEMPT_LIMIT_PER_SOURCE,
    },
    /** Takes no more work from the bus and finishes what runs. */
    async drain() {
      await Promise.all(workers.map((worker) => worker.stop()))
    },
    async close() {
      await relay.stop()
      await bus.close()
      await Promise.all([prisma.$disconnect(), pool.end()])
    },
  }
}
