import type { Plan } from '../turns/turn.ts'

/** How many answers may be written at once, and how many may wait for it. */
export interface AdmissionLimits {
  /** Of one user, over all replicas. */
  runningPerUser: Readonly<Record<Plan, number>>
  queuedPerUser: number
  /** On this replica. */
  runningPerReplica: number
  queuedPerReplica: number
  /** Event loop delay beyond which new turns are shed, so that running ones stay smooth. */
  maxDelayMs: number
}

export const defaultLimits: AdmissionLimits = {
  runningPerUser: { free: 3, pro: 10, admin: 50 },
  queuedPerUser: 10,
  runningPerReplica: 1_000,
  queuedPerReplica: 1_000,
  maxDelayMs: 250,
}

/** The places of one user's turns: 1..running are written, those after them wait. */
export interface UserSlots {
  running: number
  all: number
}

export function slotsOf({ runningPerUser, queuedPerUser }: AdmissionLimits, plan: Plan): UserSlots {
  return { running: runningPerUser[plan], all: runningPerUser[plan] + queuedPerUser }
}
