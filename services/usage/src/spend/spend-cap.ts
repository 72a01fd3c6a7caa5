import type { AppError } from '@parley/errors'
import { errors } from '../errors.ts'

/** The subject of what everybody spends together; `spend_platform()` in the database. */
export const PLATFORM = '00000000-0000-0000-0000-000000000000'

/** Micro-USD; null for no cap. */
export interface DefaultCaps {
  platform: { month: bigint | null; day: bigint | null }
  free: { month: bigint | null }
  pro: { month: bigint | null }
}

export type CapPeriod = 'month' | 'day'

/** A cap that has no room for another answer. */
export interface FullCap {
  owner: 'user' | 'platform'
  period: CapPeriod
  /** What was spent has reached it. Otherwise what was spent and what running answers may still cost have, together. */
  isSpent: boolean
  /** When its period ends. */
  freesAt: Date
}

/** An answer that is being written is over within moments, and mostly costs less than is held for it. */
const HELD_RETRY_AFTER_S = 10

/** What whoever asked is told. */
export function refusalOf({ owner, isSpent, freesAt }: FullCap, now: Date): AppError {
  const whose = owner === 'user' ? 'Your' : 'The service’s'
  if (!isSpent) return errors.spend_cap_held({ params: { whose }, retryAfterS: HELD_RETRY_AFTER_S })
  const retryAfterS = Math.max(1, Math.ceil((freesAt.getTime() - now.getTime()) / 1000))
  return errors.spend_cap_reached({ params: { whose, until: dayInWords(freesAt) }, retryAfterS })
}

/** `1 December 2026` */
const dayInWords = (at: Date): string => at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** Amounts as the functions of the database read them: JSON has no bigint. */
export const capsJson = (caps: DefaultCaps): string =>
  JSON.stringify(caps, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
