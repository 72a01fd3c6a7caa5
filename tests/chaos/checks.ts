import { waitFor } from '@parley/testing'
import { auditWhenSettled, unbookedCalls } from './audit.ts'
import type { Run } from './fault.ts'

const BOOKED_WITHIN_MS = 30_000

/** B-17: what a killed process had used up at the vendors is on the platform's account, all of it. */
export async function wastedTokensBooked({ world, windows }: Run): Promise<string[]> {
  const isBooked = await waitFor('all calls to be booked', async () => (await unbookedCalls(world)) === 0, {
    timeoutMs: BOOKED_WITHIN_MS,
    everyMs: 1_000,
  }).catch(() => false)
  const unbooked = isBooked ? 0 : await unbookedCalls(world)
  const { audit } = await auditWhenSettled(world)
  return [
    ...(unbooked > 0 ? [`${unbooked} calls to vendors are on no account`] : []),
    ...(windows.length > 0 && audit.platformRows === 0 ? ['nothing is on the platform’s account, although answers were interrupted'] : []),
  ]
}
