import { commonConfig, flag, loadConfig, milliseconds, secret, url } from '@parley/config'
import { z } from 'zod'
import type { Plan } from './catalogue/catalogue.ts'
import { readMasterKeys } from './catalogue/master-keys.ts'
import type { ProviderConfiguration } from './providers/registry.ts'

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
  /** How often to ask whether the catalogue was changed: it counts within 2 s, also while NATS is away. */
  CATALOGUE_POLL_MS: milliseconds().default(1_000),
  /** How often to read it all the same, as prices begin by the clock. */
  CATALOGUE_REFRESH_MS: milliseconds().default(60_000),
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
