import { z } from 'zod'

const messages = (byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/, 'needs a whole number of messages')
    .transform(Number)
    .default(byDefault)

/** Messages each plan includes (D1). Read by usage, which enforces them, and by billing, which sells them. */
export const planLimitsConfig = {
  LIMIT_FREE_HOUR: messages(10),
  LIMIT_FREE_DAY: messages(50),
  LIMIT_PRO_HOUR: messages(100),
  LIMIT_PRO_DAY: messages(1000),
}

export interface PlanLimits {
  hour: number
  day: number
}

/** The limits by plan, from a configuration that contains `planLimitsConfig`. */
export function planLimits(config: { [Name in keyof typeof planLimitsConfig]: number }): Record<'free' | 'pro', PlanLimits> {
  return {
    free: { hour: config.LIMIT_FREE_HOUR, day: config.LIMIT_FREE_DAY },
    pro: { hour: config.LIMIT_PRO_HOUR, day: config.LIMIT_PRO_DAY },
  }
}
