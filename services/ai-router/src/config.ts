import { commonConfig, flag, loadConfig, milliseconds, secret, url, usd } from '@parley/config'
import { z } from 'zod'
import type { Plan } from './catalogue/catalogue.ts'
import { readMasterKeys } from './catalogue/master-keys.ts'
import type { ProviderConfiguration } from './providers/registry.ts'
import { policyOf, type SafetyPolicy } from './safety/policies/policy.ts'

const count = (fallback: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'needs a whole number, 1 or more')
    .transform(Number)
    .default(fallback)

const masterKeys = () =>
  secret().transform((text, context) => {
    try {
      return readMasterKeys(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof RangeError ? error.message : 'needs id:key' })
      return z.NEVER
    }
  })

/** Rules of the safety policy, or what is wrong with them. */
function readActions(rules: string, context: z.RefinementCtx): SafetyPolicy {
  try {
    return policyOf(rules)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'needs rules' })
    return z.NEVER
  }
}

const shape = {
  ...commonConfig,
  DATABASE_URL: url('postgresql', 'postgres'),
  NATS_URL: url('nats', 'tls'),
  /** Public keys of the services that sign principals, as JSON. */
  PRINCIPAL_JWKS: z.string(),

  /** A provider without a key, and not simulated, is not used. */
  OPENAI_API_KEY: secret().optional(),
  OPENAI_BASE_URL: url('http', 'https').default('https://api.openai.com/v1'),
  /** The base URL is our simulator's: only models that are labelled as simulated are offered. */
  OPENAI_SIMULATED: flag().default(false),
  ANTHROPIC_API_KEY: secret().optional(),
  ANTHROPIC_BASE_URL: url('http', 'https').default('https://api.anthropic.com'),
  ANTHROPIC_SIMULATED: flag().default(false),
  GEMINI_API_KEY: secret().optional(),
  GEMINI_BASE_URL: url('http', 'https').default('https://generativelanguage.googleapis.com'),
  GEMINI_SIMULATED: flag().default(false),
  COHERE_API_KEY: secret().optional(),
  COHERE_BASE_URL: url('http', 'https').default('https://api.cohere.com'),
  COHERE_SIMULATED: flag().default(false),

  /** Encrypt the keys that administrators add. The first one encrypts, the others still open what they encrypted. */
  PROVIDER_KEY_ENCRYPTION_KEYS: masterKeys().optional(),

  PROVIDER_CONNECT_TIMEOUT_MS: milliseconds().default(2_000),
  FIRST_TOKEN_TIMEOUT_MS: milliseconds().default(30_000),
  TOKEN_GAP_TIMEOUT_MS: milliseconds().default(10_000),
  COMPLETION_TIMEOUT_MS: milliseconds().default(300_000),

  /**
   * Without a sign of an answer for this long the next target is asked instead, or later where one is slow by nature. The promise
   * is that the next one answers within 2 s (F-15): half a second is left for connecting to it, and for its own first token.
   */
  SLOW_FIRST_TOKEN_MS: milliseconds().default(1_500),
  /** Shortest head start of the first of two targets that are asked as a hedge. */
  HEDGE_AFTER_MS: milliseconds().default(500),
  /** How often all targets are asked again when none answers. */
  ROUND_RETRIES: z.string().regex(/^\d$/, 'needs a whole number, 0 to 9').transform(Number).default(2),
  /** The pause before the first time is a random part of this. */
  ROUND_RETRY_DELAY_MS: milliseconds().default(250),
  /** When it is clear that no target answers. */
  UNAVAILABLE_AFTER_MS: milliseconds().default(4_000),
  /** Longest wait of a call for which every target is rate limited, and how many calls may wait. */
  RATE_LIMIT_WAIT_MS: milliseconds().default(60_000),
  RATE_LIMIT_QUEUE: count(500),

  /** Failures in a row that open a target's breaker, and for how long. */
  BREAKER_FAILURES: count(5),
  BREAKER_OPEN_MS: milliseconds().default(300_000),
  /** A first token that took longer counts as a failure. */
  BREAKER_SLOW_FIRST_TOKEN_MS: milliseconds().default(15_000),
  /** Where nobody else answers, a target whose breaker is open is tried this long after it was opened or last tried. */
  BREAKER_LAST_RESORT_MS: milliseconds().default(1_000),

  /** Longest time a question is looked for among similar ones, on routes that do so, before a provider is asked. */
  SIMILAR_ANSWER_WAIT_MS: milliseconds().default(250),

  /** Completions beyond which new ones are refused, so that those that run stay smooth. */
  MAX_RUNNING_CALLS: count(2_000),
  /** So is a delay of the event loop beyond this, where many run. */
  MAX_EVENT_LOOP_DELAY_MS: milliseconds().default(40),

  /** A completion that cost more is told as evt.ai.cost.exceeded.v1. */
  COST_ALERT_CALL_USD: usd().default(500_000n),

  MAX_OUTPUT_TOKENS_FREE: count(2_048),
  MAX_OUTPUT_TOKENS_PRO: count(8_192),
  MAX_OUTPUT_TOKENS_ADMIN: count(8_192),

  /** Longest time an answer's end waits for its booking while the database is away. */
  BOOKING_WAIT_MS: milliseconds().default(3_000),
  /** How often this process says that its calls run. */
  CALL_HEARTBEAT_MS: milliseconds().default(2_000),
  /** A call that was not heard of for this long, seen twice, is booked as lost. */
  CALL_LOST_AFTER_MS: milliseconds().default(10_000),
  /** How often to ask whether the catalogue was changed: it counts within 2 s, also while NATS is away. */
  CATALOGUE_POLL_MS: milliseconds().default(1_000),
  /** How often to read it all the same, as prices begin by the clock. */
  CATALOGUE_REFRESH_MS: milliseconds().default(60_000),

  /** Of the hashes of texts in incidents and of the canaries in system prompts; the same on every replica. Unset: made anew at each start. */
  SAFETY_KEY: secret().optional(),
  /** Changes of what is done in each category: `harassment=block,pro.sexual=flag`. */
  SAFETY_ACTIONS: z.string().default('').transform(readActions),
  /** Ask OpenAI's moderation when there is a real OpenAI key. */
  SAFETY_REMOTE_MODERATION: flag().default(true),
  /** Look at the meaning of passages that words do not decide, where OpenAI's moderation is not asked. */
  SAFETY_SECOND_LOOK: flag().default(true),
  /** Longest wait for either. */
  SAFETY_REMOTE_WAIT_MS: milliseconds().default(1_500),
  /** What counts when it does not answer in time: the local classifier, nothing (open), or that it may be anything (closed). */
  SAFETY_WHEN_SILENT: z.enum(['local', 'open', 'closed']).default('local'),
  SAFETY_INCIDENT_DAYS: count(30),
}

export type Config = ReturnType<typeof readConfig>

export const readConfig = (env: Readonly<Record<string, string | undefined>> = process.env) => loadConfig(shape, env)

/** The providers that the configuration makes usable. */
export function providersOf(config: Config): ProviderConfiguration[] {
  const given = [
    { kind: 'openai', apiKey: config.OPENAI_API_KEY, baseUrl: config.OPENAI_BASE_URL, isSimulated: config.OPENAI_SIMULATED },
    { kind: 'anthropic', apiKey: config.ANTHROPIC_API_KEY, baseUrl: config.ANTHROPIC_BASE_URL, isSimulated: config.ANTHROPIC_SIMULATED },
    { kind: 'gemini', apiKey: config.GEMINI_API_KEY, baseUrl: config.GEMINI_BASE_URL, isSimulated: config.GEMINI_SIMULATED },
    { kind: 'cohere', apiKey: config.COHERE_API_KEY, baseUrl: config.COHERE_BASE_URL, isSimulated: config.COHERE_SIMULATED },
  ] as const
  return given.flatMap(({ kind, apiKey, baseUrl, isSimulated }) => {
    const key = apiKey ?? (isSimulated ? 'simulated' : undefined)
    return key === undefined ? [] : [{ id: kind, kind, isSimulated, apiKey: key, baseUrl: baseUrl.replace(/\/+$/, '') }]
  })
}

export const outputLimitsOf = (config: Config): Record<Plan, number> => ({
  free: config.MAX_OUTPUT_TOKENS_FREE,
  pro: config.MAX_OUTPUT_TOKENS_PRO,
  admin: config.MAX_OUTPUT_TOKENS_ADMIN,
})

export const retryRulesOf = (config: Config) => ({
  retries: config.ROUND_RETRIES,
  delayMs: config.ROUND_RETRY_DELAY_MS,
  giveUpAfterMs: config.UNAVAILABLE_AFTER_MS,
  rateLimitWaitMs: config.RATE_LIMIT_WAIT_MS,
})

export const breakerRulesOf = (config: Config) => ({
  failures: config.BREAKER_FAILURES,
  openMs: config.BREAKER_OPEN_MS,
  lastResortMs: config.BREAKER_LAST_RESORT_MS,
  probeMs: config.FIRST_TOKEN_TIMEOUT_MS + config.PROVIDER_CONNECT_TIMEOUT_MS,
})

export const patienceRulesOf = (config: Config) => ({
  slowFirstTokenMs: config.SLOW_FIRST_TOKEN_MS,
  hedgeAfterMs: config.HEDGE_AFTER_MS,
  breakerSlowMs: config.BREAKER_SLOW_FIRST_TOKEN_MS,
  unavailableAfterMs: config.UNAVAILABLE_AFTER_MS,
})
