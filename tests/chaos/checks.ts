import { waitFor } from '@parley/testing'
import { auditWhenSettled, unbookedCalls } from './audit.ts'
import { seconds } from './drive.ts'
import type { Run } from './fault.ts'
import type { TurnRecord } from './load/turn-record.ts'

const BOOKED_WITHIN_MS = 30_000
const TOLD_WITHIN_MS = 5_000

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

/** what the person is told is used is what was answered with text. */
export async function usedAsAnswered({ world }: Run): Promise<string[]> {
  const answered = await world.rows<{ userId: string; count: number }>(
    'chat',
    `SELECT t.user_id AS "userId", count(*)::int AS count FROM turn t JOIN message m ON m.id = t.assistant_message_id
     WHERE t.status = 'completed' OR (t.status = 'stopped' AND m.text <> '') GROUP BY 1`,
  )
  const findings: string[] = []
  for (const { userId, cookie } of world.people) {
    const answer = await fetch(`${world.gateways[0]}/api/v1/usage/limits`, { headers: { cookie } })
    const { day } = (await answer.json()) as { day: { used: number } }
    const count = answered.find((row) => row.userId === userId)?.count ?? 0
    if (day.used !== count) findings.push(`user ${userId} has ${count} answers and is told that ${day.used} messages are used`)
  }
  return findings
}

/** F-16: whoever gets no answer is told so within 5 s. */
export function toldLate({ streams, say }: Run): string[] {
  const failed = streams.records.filter(({ end }) => end === 'failed')
  const longest = failed.toSorted((one, other) => toldAfterMs(other) - toldAfterMs(one))[0]
  const longestMs = longest ? toldAfterMs(longest) : 0
  say(`${failed.length} turns failed, the slowest after ${seconds(longestMs)}`)
  return longestMs > TOLD_WITHIN_MS ? [`turn ${longest?.id} failed only after ${seconds(longestMs)}`] : []
}

const toldAfterMs = ({ sentAtMs, endAtMs }: TurnRecord): number => (endAtMs ?? Number.POSITIVE_INFINITY) - sentAtMs
