import type { Sql } from '@parley/database'
import { tellUsage } from './call-fact.ts'
import { insertLegs } from './call-legs.store.ts'
import { wastedLegsOf } from './call-legs.ts'
import type { CallRecord, Purpose } from './call-record.ts'

/** A call that begins. */
export interface CallClaim {
  callId: string
  turnId: string
  userId: string
  plan: string
  purpose: Purpose
}

export type CallStore = ReturnType<typeof createCallStore>

/** @param alertMicroUsd a call that cost more is an alert */
export function createCallStore(sql: Sql, { alertMicroUsd }: { alertMicroUsd: bigint }) {
  return {
    /**
     * Takes a call id for this process, before anything is asked of a vendor. False when it was taken before, here or on
     * another replica: a call is run at most once.
     */
    async claim({ callId, turnId, userId, plan, purpose }: CallClaim): Promise<boolean> {
      // On the way to the first token: does not wait for the disk. A claim that a crash of Postgres takes with it was
      // made a moment ago, and its call is still running here.
      const taken = await sql.$executeRaw`
        INSERT INTO ai_call (id, turn_id, user_id, plan, purpose, heard_at)
        SELECT ${callId}::uuid, ${turnId || null}::uuid, ${userId}::uuid, ${plan}, ${purpose}, now()
        FROM (SELECT set_config('synchronous_commit', 'off', true)) AS setting
        ON CONFLICT (id) DO NOTHING`
      return taken === 1
    },

    /**
     * Stores how a call ended and, when it used anything or is of the public API, tells metering: both or none. Repeating it changes nothing,
     * so a caller that does not know whether it worked may try again.
     *
     * @returns false when the call had been booked as lost meanwhile, by other figures
     */
    book(call: CallRecord): Promise<boolean> {
      return sql.$transaction(async (tx) => {
        const { usage } = call
        // An insert, as a crash of Postgres may have lost the claim.
        const booked = await tx.$executeRaw`
          INSERT INTO ai_call (id, turn_id, user_id, plan, purpose, model, provider, outcome, failure, input_tokens,
            cached_input_tokens, output_tokens, cost_micro_usd, price_id, is_estimated, leg, is_cached, latency_ms,
            first_token_ms, started_at, ended_at)
          VALUES (${call.callId}::uuid, ${call.turnId || null}::uuid, ${call.userId}::uuid, ${call.plan}, ${call.purpose}, ${call.model},
            ${call.provider}, ${call.outcome}, ${call.failure}, ${usage?.inputTokens}::bigint, ${usage?.cachedInputTokens}::bigint,
            ${usage?.outputTokens}::bigint, ${usage?.costMicroUsd}::bigint, ${usage?.priceId}, ${usage?.isEstimated}::boolean,
            ${call.chargedLeg}::int, ${call.isCached}, ${call.latencyMs}::int, ${call.firstTokenMs}::int,
            ${new Date(call.endedAt.getTime() - call.latencyMs)}, ${call.endedAt})
          ON CONFLICT (id) DO UPDATE SET
            model = excluded.model, provider = excluded.provider, outcome = excluded.outcome, failure = excluded.failure,
            input_tokens = excluded.input_tokens, cached_input_tokens = excluded.cached_input_tokens,
            output_tokens = excluded.output_tokens, cost_micro_usd = excluded.cost_micro_usd, price_id = excluded.price_id,
            is_estimated = excluded.is_estimated, leg = excluded.leg, is_cached = excluded.is_cached,
            latency_ms = excluded.latency_ms, first_token_ms = excluded.first_token_ms, ended_at = excluded.ended_at
          WHERE ai_call.outcome = 'running'`
        if (booked === 0) {
          const lost = await tx.$queryRaw<unknown[]>`SELECT FROM ai_call WHERE id = ${call.callId}::uuid AND outcome = 'lost'`
          return lost.length === 0
        }
        // One that finished is told in full by the call's own row.
        if (call.legs.length > 1 || call.outcome !== 'completed') await insertLegs(tx, call.callId, call.legs)
        // The end of an API call decides the message that was taken for it, whether or not it used anything.
        if (usage || call.purpose === 'api') await tellUsage(tx, call, usage, wastedLegsOf(call), alertMicroUsd)
        return true
      })
    },
  }
}
