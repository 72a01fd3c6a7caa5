import { setTimeout as delay } from 'node:timers/promises'
import { serviceNames } from '@parley/local'
import type { StoredTurn } from './tally.ts'
import type { World } from './world.ts'

/** The books of all services about the people of a run. Sums are micro-USD. */
export interface Audit {
  /** Completed turns, and what their messages say they cost. */
  answers: number
  answersMicroUsd: bigint
  /** Rows that charge a user for a completed turn. */
  usageRows: number
  usageMicroUsd: bigint
  /** Rows the platform pays: tokens of calls that were not the one that finished an answer. */
  platformRows: number
  platformMicroUsd: bigint
  /** Rows of which it is not known yet who pays. */
  openRows: number
  /** Messages taken from quotas for good. */
  settled: number
  openReservations: number
  runningTurns: number
  deadLetters: number
  unpublished: number
}

/** Longer than anything waits that is tried again, so sums that stay as they are for so long will stay so. */
const UNCHANGED_MS = 20_000
const SETTLE_WITHIN_MS = 90_000

/** Draws the sums until they agree, since events arrive behind answers, or until it is clear that they never will. */
export async function auditWhenSettled(world: World): Promise<{ audit: Audit; disagreements: string[] }> {
  const deadlineMs = performance.now() + SETTLE_WITHIN_MS
  let [last, sinceMs] = ['', performance.now()]
  for (;;) {
    const { audit, disagreements } = await draw(world)
    const nowMs = performance.now()
    if (disagreements.join() !== last) [last, sinceMs] = [disagreements.join(), nowMs]
    if (disagreements.length === 0 || nowMs - sinceMs > UNCHANGED_MS || nowMs > deadlineMs) return { audit, disagreements }
    await delay(500)
  }
}

async function draw(world: World): Promise<{ audit: Audit; disagreements: string[] }> {
  const userIds = world.people.map(({ userId }) => userId)
  const turns = await world.rows<{ id: string; status: string; hasText: boolean; cost: string | null }>(
    'chat',
    `SELECT t.id, t.status, m.text <> '' AS "hasText", m.cost_micro_usd::text AS cost
     FROM turn t JOIN message m ON m.id = t.assistant_message_id WHERE t.user_id = ANY($1::uuid[])`,
    [userIds],
  )
  const completed = turns.filter(({ status }) => status === 'completed')
  const stoppedWithText = turns.filter(({ status, hasText }) => status === 'stopped' && hasText).length
  const [charged, reservations] = [
    await chargesOf(
      world,
      completed.map(({ id }) => id),
    ),
    await reservationsOf(world, userIds),
  ]
  const audit: Audit = {
    answers: completed.length,
    answersMicroUsd: completed.reduce((sum, { cost }) => sum + BigInt(cost ?? 0), 0n),
    ...charged,
    ...reservations,
    runningTurns: turns.filter(({ status }) => status === 'running' || status === 'queued').length,
    deadLetters: await countEverywhere(world, 'SELECT count(*)::int AS count FROM messaging.dead_letter WHERE replayed_at IS NULL'),
    unpublished: await countEverywhere(world, 'SELECT count(*)::int AS count FROM messaging.outbox WHERE published_at IS NULL'),
  }
  const unknownCosts = completed.filter(({ cost }) => cost === null).length
  const disagreements = [
    audit.runningTurns > 0 && `${audit.runningTurns} turns still run`,
    audit.usageRows !== audit.answers && `${audit.answers} answers, ${audit.usageRows} usage rows`,
    audit.usageMicroUsd !== audit.answersMicroUsd &&
      `answers cost ${audit.answersMicroUsd} micro-USD, usage charges ${audit.usageMicroUsd}`,
    audit.openRows > 0 && `${audit.openRows} usage rows on no account`,
    unknownCosts > 0 && `${unknownCosts} answers without a cost`,
    audit.settled !== audit.answers + stoppedWithText &&
      `${audit.answers + stoppedWithText} answers with text, ${audit.settled} messages taken from quotas`,
    audit.openReservations > 0 && `${audit.openReservations} open reservations`,
    audit.deadLetters > 0 && `${audit.deadLetters} dead letters`,
    audit.unpublished > 0 && `${audit.unpublished} events in outboxes`,
  ].filter((text) => text !== false)
  return { audit, disagreements }
}

/** What users are charged for these turns, and what the platform pays; the one place that knows how usage keeps accounts. */
async function chargesOf(
  world: World,
  turnIds: string[],
): Promise<Pick<Audit, 'usageRows' | 'usageMicroUsd' | 'platformRows' | 'platformMicroUsd' | 'openRows'>> {
  const sums = await world.rows<{ account: string | null; count: number; cost: string }>(
    'usage',
    `SELECT account, count(*)::int AS count, sum(cost_micro_usd)::text AS cost FROM usage_event
     WHERE turn_id = ANY($1::uuid[]) GROUP BY 1`,
    [turnIds],
  )
  const of = (name: string | null) => sums.find((row) => row.account === name) ?? { count: 0, cost: '0' }
  return {
    usageRows: of('user').count,
    usageMicroUsd: BigInt(of('user').cost),
    platformRows: of('platform').count,
    platformMicroUsd: BigInt(of('platform').cost),
    openRows: of(null).count,
  }
}

async function reservationsOf(world: World, userIds: string[]): Promise<Pick<Audit, 'settled' | 'openReservations'>> {
  const rows = await world.rows<{ status: string; count: number }>(
    'usage',
    'SELECT status, count(*)::int AS count FROM reservation WHERE user_id = ANY($1::uuid[]) GROUP BY 1',
    [userIds],
  )
  const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0
  return { settled: of('settled'), openReservations: of('reserved') }
}

async function countEverywhere(world: World, sql: string): Promise<number> {
  const counts = await Promise.all(serviceNames.map((service) => world.rows<{ count: number }>(service, sql)))
  return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0)
}

/** What chat has stored of these turns. */
export async function storedTurns(world: World, ids: string[]): Promise<Map<string, StoredTurn>> {
  const rows = await world.rows<StoredTurn>(
    'chat',
    `SELECT t.id, t.status, t.attempt, m.text,
            (SELECT count(*)::int FROM message x WHERE x.parent_id = t.user_message_id AND x.role = 'assistant' AND x.status <> 'failed') AS answers
     FROM turn t JOIN message m ON m.id = t.assistant_message_id WHERE t.id = ANY($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Conversations whose making was acknowledged and that are not there. */
export async function missingConversations(world: World, acknowledged: readonly string[]): Promise<number> {
  const rows = await world.rows<{ id: string }>('chat', 'SELECT id FROM conversation WHERE id = ANY($1::uuid[])', [acknowledged])
  return acknowledged.length - rows.length
}

/** Calls to the vendors that nobody has booked: their process died, and what they used is on no account. */
export async function unbookedCalls(world: World): Promise<number> {
  const [row] = await world.rows<{ count: number }>('ai-router', `SELECT count(*)::int AS count FROM ai_call WHERE outcome = 'running'`)
  return row?.count ?? 0
}
