import { availableParallelism } from 'node:os'
import { ConfigError, type ConfigProblem, commonConfig, json, loadConfig, seconds, secret, url, wholeNumber } from '@parley/config'
import { z } from 'zod'
import { normaliseEmail } from './accounts/email-address.ts'

const DAY_S = 86_400
const SAFE_BCRYPT_COST = 10

const atMost = (maximumS: number, what: string) =>
  seconds().refine((value) => value <= maximumS, `needs at most ${maximumS} seconds (${what})`)

const shape = {
  ...commonConfig,
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })),
  /** Issuer of access tokens. */
  PUBLIC_URL: url('http', 'https').transform((value) => value.replace(/\/+$/, '')),
  PASSWORD_PEPPER: secret(),
  KEY_ENCRYPTION_KEY: secret(),
  ADMIN_EMAIL: z
    .string()
    .transform((typed, context) => {
      const email = normaliseEmail(typed)
      if (!email) context.addIssue({ code: 'custom', message: 'needs an e-mail address' })
      return email ?? z.NEVER
    })
    .optional(),
  ADMIN_PASSWORD: secret().max(128, 'needs at most 128 characters').optional(),

  ACCESS_TOKEN_TTL_S: atMost(DAY_S, 'A2').default(900),
  REFRESH_TOKEN_TTL_S: atMost(30 * DAY_S, 'A2').default(30 * DAY_S),
  VERIFY_TOKEN_TTL_S: atMost(3600, 'A-13').default(3600),
  RESET_TOKEN_TTL_S: atMost(3600, 'A-13').default(3600),
  MAGIC_TOKEN_TTL_S: atMost(600, 'A-13').default(600),
  SIGNING_KEY_LIFETIME_DAYS: wholeNumber(1, 365).default(90),

  BCRYPT_COST: wholeNumber(4, 16).default(12),
  /** Hashes at a time. Half of the processors, so that log-ins never starve everything else. */
  HASHING_CONCURRENCY: wholeNumber(1, 64).default(Math.max(1, Math.floor(availableParallelism() / 2))),
  /** Hashes that may wait; more are refused with service_busy. */
  HASHING_QUEUE_LIMIT: wholeNumber(1, 10_000).default(50),

  LOGIN_ATTEMPT_WINDOW_S: seconds().default(900),
  LOGIN_ATTEMPT_LIMIT: wholeNumber(1, 1000).default(5),
  LOGIN_ATTEMPT_LIMIT_PER_SOURCE: wholeNumber(1, 100_000).default(50),
  /** Keys that are not revoked, expired ones included. */
  API_KEYS_PER_ACCOUNT: wholeNumber(1, 1000).default(20),

  MAIL_REQUEST_WINDOW_S: seconds().default(900),
  MAIL_REQUEST_LIMIT: wholeNumber(1, 1000).default(5),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const config = loadConfig(shape, env)
  const problems: ConfigProblem[] = []
  if (config.NODE_ENV === 'production' && config.BCRYPT_COST < SAFE_BCRYPT_COST) {
    problems.push({ name: 'BCRYPT_COST', message: `is wrong: production needs at least ${SAFE_BCRYPT_COST}` })
  }
  if ((config.ADMIN_EMAIL === undefined) !== (config.ADMIN_PASSWORD === undefined)) {
    problems.push({ name: 'ADMIN_EMAIL', message: 'and ADMIN_PASSWORD are needed together, or neither' })
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

export type Config = ReturnType<typeof readConfig>
