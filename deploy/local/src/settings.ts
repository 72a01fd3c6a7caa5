import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError, loadConfig, port, secret, url } from '@parley/config'
import { z } from 'zod'
import { repository } from './home.ts'

const apiKey = () => z.string().min(1).optional()

const shape = {
  PORT: port().default(8080),
  PUBLIC_URL: url('http', 'https').optional(),
  PARLEY_HOME: z.string().default('.parley'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  POSTGRES_URL: url('postgres', 'postgresql').optional(),
  REDIS_URL: url('redis', 'rediss').optional(),
  NATS_URL: url('nats', 'tls').optional(),
  SMTP_URL: url('smtp', 'smtps').optional(),
  OPENAI_API_KEY: apiKey(),
  OPENAI_BASE_URL: url('http', 'https').optional(),
  ANTHROPIC_API_KEY: apiKey(),
  ANTHROPIC_BASE_URL: url('http', 'https').optional(),
  GEMINI_API_KEY: apiKey(),
  GEMINI_BASE_URL: url('http', 'https').optional(),
  COHERE_API_KEY: apiKey(),
  COHERE_BASE_URL: url('http', 'https').optional(),
  STRIPE_SECRET_KEY: apiKey(),
  STRIPE_WEBHOOK_SECRET: apiKey(),
  SENTRY_DSN: url('http', 'https').optional(),
  ADMIN_EMAIL: z.email({ error: 'needs an e-mail address' }).optional(),
  ADMIN_PASSWORD: secret().optional(),
}

export type Environment = Readonly<Record<string, string | undefined>>

/** What a person may set, in the environment or in `.env`. */
export type Settings = ReturnType<typeof loadConfig<typeof shape>>

/** The variables of `.env` in the repository, with the environment's own above them. Empty ones count as unset. */
export function readEnvironment(env: Environment = process.env, file = join(repository, '.env')): Environment {
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  return { ...fromFile, ...Object.fromEntries(given) }
}

/** Checks what was set. Throws ConfigError: a list of what is wrong and what is allowed. */
export function readSettings(env: Environment): Settings {
  const settings = loadConfig(shape, env)
  if (settings.PUBLIC_URL && new URL(settings.PUBLIC_URL).pathname !== '/') {
    throw new ConfigError([{ name: 'PUBLIC_URL', message: 'is wrong: needs an origin without a path, like https://chat.example.com' }])
  }
  return settings
}

/** The data folder: relative ones are below the repository. */
export const homeDirectory = (settings: Settings): string => resolve(repository, settings.PARLEY_HOME)
