import { commonConfig, flag, loadConfig, milliseconds, secret, url } from '@parley/config'
import { z } from 'zod'
import type { Plan } from './catalogue/catalogue.ts'
import type { ProviderConfiguration } from './providers/registry.ts'
import { policyOf, type SafetyPolicy } from './safety/policies/policy.ts'

const count = (fallback: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'needs a whole number, 1 or more')
    .transform(Number)
    .default(fallback)

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

  PROVIDER_CONNECT_TIMEOUT_MS: milliseconds().default(3_000),
  FIRST_TOKEN_TIMEOUT_MS: milliseconds().default(30_000),
  TOKEN_GAP_TIMEOUT_MS: milliseconds().default(10_000),
  COMPLETION_TIMEOUT_MS: milliseconds().default(300_000),

  MAX_OUTPUT_TOKENS_FREE: count(2_048),
  MAX_OUTPUT_TOKENS_PRO: count(8_192),
  MAX_OUTPUT_TOKENS_ADMIN: count(8_192),

  /** Longest time an answer's end waits for its booking while the database is away. */
  BOOKING_WAIT_MS: milliseconds().default(3_000),
  /** How often this process says that its calls run. */
  CALL_HEARTBEAT_MS: milliseconds().default(2_000),
  /** A call that was not heard of for this long, seen twice, is booked as lost. */
  CALL_LOST_AFTER_MS: milliseconds().default(10_000),
  CATALOGUE_REFRESH_MS: milliseconds().default(60_000),

  /** Of the hashes of texts in incidents and of the canaries in system prompts; the same on every replica. Unset: made anew at each start. */
  SAFETY_KEY: secret().optional(),
  /** Changes of what is done in each category: `harassment=block,pro.sexual=flag`. */
  SAFETY_ACTIONS: z.string().default('').transform(readActions),
  /** Ask OpenAI's moderation when there is a real OpenAI key. */
  SAFETY_REMOTE_MODERATION: flag().default(true),
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
