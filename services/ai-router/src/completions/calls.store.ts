import { fragment, type Sql, unhurried } from '@parley/database'
import { type EventOf, insertEvents } from '@parley/messaging'
import { eventsOf } from './call-fact.ts'
import { legRow } from './call-legs.store.ts'
import { wastedLegsOf } from './call-legs.ts'
import type { CallRecord, Purpose } from './call-record.ts'
import { gather } from './gather.ts'

/** A call that begins. */
export interface CallClaim {
  callId: string
  turnId: string
  userId: string
  plan: string
  purpose: Purpose
  /** What it will use as far as can be said now; left out where nobody can be asked. */
  expected?: ExpectedUsage
}

export interface ExpectedUsage {
  /** Of the model that is asked first. */
  model: string
  provider: string
  inputTokens: number
}

export type CallStore = ReturnType<typeof createCallStore>

/** Far below what a reader notices; while calls come one by one nothing waits at all. */
const TOGETHER = { everyMs: 4, most: 100, isOfOne }

/**
 * What waits together is stored together, in the order of the ids: two replicas never wait for each other crosswise.
 *
 * @param alertMicroUsd a call that cost more is an alert
 */
export function createCallStore(sql: Sql, { alertMicroUsd }: { alertMicroUsd: bigint }) {
  async function claimAll(claims: readonly CallClaim[]): Promise<boolean[]> {
    const rows = claims.map(({ callId, turnId, userId, plan, purpose, expected }) => ({
      ...{ id: asStored(callId), user_id: userId, plan, purpose },
      turn_id: turnId || null,
      ...{ model: expected?.model, provider: expected?.provider, expected_input_tokens: expected?.inputTokens },
    }))
    // On the way to the first token: does not wait for the disk. A claim that a crash of Postgres takes with it was
    // made a moment ago, and its call is still running here.
    const taken = await sql.$queryRaw<{ id: string }[]>`
      INSERT INTO ai_call (id, turn_id, user_id, plan, purpose, model, provider, expected_input_tokens, heard_at)
      SELECT claim.id, claim.turn_id, claim.user_id, claim.plan, claim.purpose, claim.model, claim.provider,
        claim.expected_input_tokens, now()
      FROM ${unhurried}, jsonb_to_recordset(${inOrder(rows)}::jsonb) AS claim (
        id uuid, turn_id uuid, user_id uuid, plan text, purpose text, model text, provider text, expected_input_tokens int)
      ON CONFLICT (id) DO NOTHING
      RETURNING id`
    const ids = new Set(taken.map(({ id }) => id))
    // Of two claims of one id in a group one is given.
    return claims.map(({ callId }) => ids.delete(asStored(callId)))
  }

  async function bookAll(ended: readonly Ended[]): Promise<boolean[]> {
    const rows = ended.map(({ call }) => callRow(call))
    // One that finished is told in full by the call's own row.
    const toldLegs = ended.flatMap(({ call }) =>
      call.legs.length > 1 || call.outcome !== 'completed' ? call.legs.map((leg) => ({ call_id: call.callId, ...legRow(leg) })) : [],
    )
    const events = ended.flatMap(({ told }) => told)
    // An insert, as a crash of Postgres may have lost the claim.
    const booked = await sql.$queryRaw<{ id: string }[]>`
      WITH booked AS (
        INSERT INTO ai_call (id, turn_id, user_id, plan, purpose, model, provider, outcome, failure, input_tokens,
          cached_input_tokens, output_tokens, cost_micro_usd, price_id, is_estimated, leg, is_cached, latency_ms,
          first_token_ms, started_at, ended_at)
        SELECT * FROM jsonb_to_recordset(${inOrder(rows)}::jsonb) AS call (
          id uuid, turn_id uuid, user_id uuid, plan text, purpose text, model text, provider text, outcome text, failure text,
          input_tokens bigint, cached_input_tokens bigint, output_tokens bigint, cost_micro_usd bigint, price_id text,
          is_estimated boolean, leg int, is_cached boolean, latency_ms int, first_token_ms int, started_at timestamptz,
          ended_at timestamptz)
        ON CONFLICT (id) DO UPDATE SET
          model = excluded.model, provider = excluded.provider, outcome = excluded.outcome, failure = excluded.failure,
          input_tokens = excluded.input_tokens, cached_input_tokens = excluded.cached_input_tokens,
          output_tokens = excluded.output_tokens, cost_micro_usd = excluded.cost_micro_usd, price_id = excluded.price_id,
          is_estimated = excluded.is_estimated, leg = excluded.leg, is_cached = excluded.is_cached,
          latency_ms = excluded.latency_ms, first_token_ms = excluded.first_token_ms, ended_at = excluded.ended_at
        WHERE ai_call.outcome = 'running'
        RETURNING id
      ), legs AS (
        INSERT INTO ai_leg (call_id, number, model, provider, outcome, failure, input_tokens, cached_input_tokens,
          output_tokens, cost_micro_usd, price_id, is_estimated, latency_ms)
        SELECT leg.* FROM jsonb_to_recordset(${JSON.stringify(toldLegs)}::jsonb) AS leg (
          call_id uuid, number int, model text, provider text, outcome text, failure text, input_tokens bigint,
          cached_input_tokens bigint, output_tokens bigint, cost_micro_usd bigint, price_id text, is_estimated boolean,
          latency_ms int)
        WHERE leg.call_id IN (SELECT id FROM booked)
        ON CONFLICT DO NOTHING
      ), told AS (${insertEvents(events, fragment`SELECT id::text FROM booked`)}
      )
      SELECT id FROM booked`
    const ids = new Set(booked.map(({ id }) => id))
    const others = ended.map(({ call }) => asStored(call.callId)).filter((id) => !ids.has(id))
    const lost = others.length > 0 ? await findLost(others) : new Set<string>()
    return ended.map(({ call }) => !lost.has(asStored(call.callId)))
  }

  async function findLost(callIds: readonly string[]): Promise<Set<string>> {
    const rows = await sql.$queryRaw<{ id: string }[]>`SELECT id FROM ai_call WHERE id = ANY (${callIds}::uuid[]) AND outcome = 'lost'`
    return new Set(rows.map(({ id }) => id))
  }

  const bookTogether = gather(bookAll, TOGETHER)

  return {
    /**
     * Takes a call id for this process, before anything is asked of a vendor. False when it was taken before, here or on
     * another replica: a call is run at most once.
     */
    claim: gather(claimAll, TOGETHER),

    /**
     * Stores how a call ended and, when it used anything or is of the public API, tells metering: both or none. Repeating it changes nothing,
     * so a caller that does not know whether it worked may try again.
     *
     * @returns false when the call had been booked as lost meanwhile, by other figures
     */
    async book(call: CallRecord): Promise<boolean> {
      const { usage, callId } = call
      // The end of an API call decides the message that was taken for it, whether or not it used anything.
      const isTold = usage !== null || call.purpose === 'api'
      const told = isTold
        ? eventsOf(call, usage, wastedLegsOf(call), alertMicroUsd).map((event) => ({ ...event, of: asStored(callId) }))
        : []
      return bookTogether({ call, told })
    },
  }
}

interface Ended {
  call: CallRecord
  /** What metering is told, made by the call itself, whose trace it carries along. */
  told: EventOf[]
}

/** Postgres gives ids in lower case, however they came. */
const asStored = (id: string): string => id.toLowerCase()

const inOrder = (rows: readonly { id: string }[]): string =>
  JSON.stringify(rows.toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)))

/** What is left out becomes null. */
const callRow = ({ usage, ...call }: CallRecord) => ({
  ...{ id: asStored(call.callId), turn_id: call.turnId || null, user_id: call.userId, plan: call.plan, purpose: call.purpose },
  ...{ model: call.model, provider: call.provider, outcome: call.outcome, failure: call.failure },
  ...(usage && {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    cost_micro_usd: String(usage.costMicroUsd),
    price_id: usage.priceId,
    is_estimated: usage.isEstimated,
  }),
  ...{ leg: call.chargedLeg, is_cached: call.isCached, latency_ms: call.latencyMs, first_token_ms: call.firstTokenMs },
  started_at: new Date(call.endedAt.getTime() - call.latencyMs),
  ended_at: call.endedAt,
})

/** Classes 21 to 23 of Postgres' error codes: a row that is there twice, a value, a constraint. */
function isOfOne(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^2[123]/.test(code)
}
