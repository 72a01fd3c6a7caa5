import { commonConfig, json, loadConfig, milliseconds, planLimitsConfig, seconds, url, usd } from '@parley/config'
import { z } from 'zod'
import type { DefaultCaps } from './spend/spend-cap.ts'

const cap = () => z.union([z.literal('none').transform(() => null), usd()], { error: 'needs an amount in USD, such as 10, or none' })

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
  /** What a user of the plan may spend in a UTC month; `none` for no cap. An administrator's word comes before it. */
  SPEND_CAP_FREE_MONTH_USD: cap().default(5_000_000n),
  SPEND_CAP_PRO_MONTH_USD: cap().default(50_000_000n),
  /** What all calls together may cost in a UTC month and on a UTC day. */
  SPEND_CAP_PLATFORM_MONTH_USD: cap().default(null),
  SPEND_CAP_PLATFORM_DAY_USD: cap().default(null),
  /** Held for an answer whose asker does not say what it may cost. */
  SPEND_HOLD_USD: usd().default(250_000n),
  /** What is held for an answer whose end is never told is given back by then: longer than any answer takes. */
  SPEND_HOLD_TTL_S: seconds().default(600),
  /** How often new costs are added to the sums, and marks of caps looked for. */
  SPEND_FOLD_MS: milliseconds().default(1_000),
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => loadConfig(shape, env)

export type Config = ReturnType<typeof readConfig>

/** The caps that count where no administrator has set others. */
export const defaultCaps = (config: Config): DefaultCaps => ({
  platform: { month: config.SPEND_CAP_PLATFORM_MONTH_USD, day: config.SPEND_CAP_PLATFORM_DAY_USD },
  free: { month: config.SPEND_CAP_FREE_MONTH_USD },
  pro: { month: config.SPEND_CAP_PRO_MONTH_USD },
})
