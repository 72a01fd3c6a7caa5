import { commonConfig, flag, json, loadConfig, milliseconds, url } from '@parley/config'
import { z } from 'zod'
import { defaultLimits } from './admission/limits.ts'
import { defaultClocks } from './turns/clocks.ts'

const SHORTEST_LEASE_MS = 300
/** A question and a short answer. */
const LEAST_CONTEXT_TOKENS = 2_000

const DEFAULT_SYSTEM_PROMPT = [
  'You are Parley, a helpful assistant. Answer in the language of the question, in Markdown.',
  'Say so when you do not know something.',
].join(' ')

/** Places are numbered by a 32 bit integer, and looked through one by one. */
const MOST_TURNS = 10_000
const count = (standard: number, least = 1) => z.coerce.number().int().min(least).max(MOST_TURNS).default(standard)

/** More than anybody can choose from (B7). */
const PROMPTS_PER_USER = 200
/** What `six_months` means (B10). */
const RETENTION_MONTHS = 6

const jwk = z.looseObject({ kid: z.string() })

const shape = {
  ...commonConfig,
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  AI_ROUTER_URL: url('http', 'https'),
  PUBLIC_URL: url('http', 'https').transform((value) => value.replace(/\/+$/, '')),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(jwk) })),
  PRINCIPAL_SIGNING_KEY: json(jwk),
  SYSTEM_PROMPT: z.string().default(DEFAULT_SYSTEM_PROMPT),
  TITLES: flag().default(true),
  SUMMARIES: flag().default(true),
  CONTEXT_MAX_TOKENS: z.coerce.number().int().min(LEAST_CONTEXT_TOKENS).default(64_000),
  LEASE_MS: milliseconds()
    .refine((value) => value >= SHORTEST_LEASE_MS, `needs at least ${SHORTEST_LEASE_MS} milliseconds`)
    .default(defaultClocks.leaseMs),
  WAITING_AFTER_MS: milliseconds().default(defaultClocks.waitingAfterMs),
  TURNS_PER_USER_FREE: count(defaultLimits.runningPerUser.free),
  TURNS_PER_USER_PRO: count(defaultLimits.runningPerUser.pro),
  TURNS_PER_USER_ADMIN: count(defaultLimits.runningPerUser.admin),
  TURNS_PER_REPLICA: count(defaultLimits.runningPerReplica),
  QUEUED_TURNS_PER_USER: count(defaultLimits.queuedPerUser, 0),
  QUEUED_TURNS_PER_REPLICA: count(defaultLimits.queuedPerReplica, 0),
  SHED_TURNS_AFTER_MS: milliseconds().default(defaultLimits.maxDelayMs),
  PROMPTS_PER_USER: count(PROMPTS_PER_USER),
  RETENTION_MONTHS: count(RETENTION_MONTHS),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => loadConfig(shape, env)

/** What `retention.main.ts` needs of it. */
export const readRetentionConfig = (env: NodeJS.ProcessEnv = process.env) =>
  loadConfig({ DATABASE_URL: shape.DATABASE_URL, RETENTION_MONTHS: shape.RETENTION_MONTHS }, env)

export type Config = ReturnType<typeof readConfig>
