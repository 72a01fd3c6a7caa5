import { commonConfig, json, loadConfig, milliseconds, planLimitsConfig, seconds, url, usd } from '@parley/config'
import { z } from 'zod'

const shape = {
  ...commonConfig,
  ...planLimitsConfig,
  /** A reservation that no event of its turn has ended by then is given back. */
  RESERVATION_TTL_S: seconds().default(270),
  /** What a user's calls may cost on a UTC day before operators are told. */
  COST_ALERT_USER_DAY_USD: usd().default(10_000_000n),
  /** What all calls of a UTC day are expected to cost; without it nobody is told. */
  COST_BUDGET_DAY_USD: usd().optional(),
  /** How far over its budget a day may go before operators are told, percent. */
  COST_BUDGET_TOLERANCE_PERCENT: z
    .string()
    .regex(/^\d{1,3}$/, 'needs a percentage, 0 to 999')
    .transform(Number)
    .default(20),
  /** So many refused questions of one user within the window are told as abuse. */
  ABUSE_BLOCKED_PROMPTS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'needs a number, 1 to 99999')
    .transform(Number)
    .default(10),
  ABUSE_BLOCKED_WINDOW_S: seconds().default(3_600),
  /** How long it is remembered who had something refused, days. */
  ABUSE_RECORD_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'needs days, 1 to 9999')
    .transform(Number)
    .default(30),
  COST_CHECK_MS: milliseconds().default(60_000),
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => loadConfig(shape, env)

export type Config = ReturnType<typeof readConfig>
