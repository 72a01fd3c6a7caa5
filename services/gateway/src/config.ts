import { commonConfig, json, loadConfig, milliseconds, seconds, url } from '@parley/config'
import type { PrivateJwk } from '@parley/principal'
import { z } from 'zod'

const list = () =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').map((item) => item.trim()))
    .transform((items) => items.filter((item) => item !== ''))

const count = () =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'needs a whole number, 1 or more')
    .transform(Number)

const signingKey = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.literal('gateway'),
})

const shape = {
  ...commonConfig,
  DATABASE_URL: url('postgresql', 'postgres'),
  NATS_URL: url('nats', 'tls'),
  REDIS_URL: url('redis', 'rediss'),
  /** Private Ed25519 JWK with kid `gateway`. */
  PRINCIPAL_SIGNING_KEY: json(signingKey, { isSecret: true }).transform((jwk): PrivateJwk => jwk),
  /** Where people reach Parley; decides cookie names, allowed origin and the issuer of access tokens. */
  PUBLIC_URL: url('http', 'https').transform((value) => value.replace(/\/+$/, '')),
  AUTH_URL: url('http', 'https'),
  CHAT_URL: url('http', 'https'),
  AI_ROUTER_URL: url('http', 'https'),
  USAGE_URL: url('http', 'https'),
  BILLING_URL: url('http', 'https'),
  NOTIFICATION_URL: url('http', 'https'),
  /** The built web app; without it only the API is served. */
  WEB_DIRECTORY: z.string().optional(),
  /** Addresses or CIDR ranges whose X-Forwarded-For counts. */
  TRUSTED_PROXIES: list(),
  /** Origins besides PUBLIC_URL's that may write with a cookie and open sockets. */
  ALLOWED_ORIGINS: list(),
  /** How long access tokens live; revocations are remembered for as long. */
  ACCESS_TOKEN_TTL_S: seconds().default(900),
  /** Time an upstream service has for an answer that is not a stream. */
  UPSTREAM_TIMEOUT_MS: milliseconds().default(15_000),
  /** Coarse guard against floods, per address. */
  REQUESTS_PER_MINUTE: count().default(6_000),
  /** Requests with one API key, and of one session to the OpenAI-compatible API. */
  API_REQUESTS_PER_MINUTE: count().default(600),
  /** Time the OpenAI-compatible API has until an answer begins; one that is no stream begins at its end. */
  API_TIMEOUT_MS: milliseconds().default(330_000),
  SOCKETS_PER_USER: count().default(20),
  /** A socket that says nothing for so long is closed. */
  SOCKET_SILENCE_MS: milliseconds().default(60_000),
  /** What may wait for a slow reader before it is cut off. */
  SOCKET_BUFFER_BYTES: count().default(4_194_304),
}

export type Config = ReturnType<typeof readConfig>

/** The gateway's environment. Throws ConfigError with a readable list. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env) {
  return loadConfig(shape, env)
}
