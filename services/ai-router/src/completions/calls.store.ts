import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { CallRecord, Outcome, Purpose } from './call-record.ts'

/** A call that begins. */
export interface CallClaim {
  callId: string
  turnId: string
  userId: string
  plan: string
  purpose: Purpose
}

export type CallStore = ReturnType<typeof createCallStore>

export function createCallStore(prisma: PrismaClient) {
  return {
    /**
     * Takes a call id for this process, before anything is asked of a vendor. False when it was taken before, here or on
     * another replica: a call is run at most once.
     */
    async claim({ callId, turnId, userId, plan, purpose }: CallClaim): Promise<boolean> {
      // On the way to the first token: does not wait for the disk. A claim that a crash of Postgres takes with it was
      // made a moment ago, and its call is still running here.
      const taken = await prisma.$executeRaw`
        INSERT INTO ai_call (id, turn_id, user_id, plan, purpose, heard_at)
        SELECT ${callId}::uuid, ${turnId || null}::uuid, ${userId}::uuid, ${plan}, ${purpose}, now()
        FROM (SELECT set_config('synchronous_commit', 'off', true)) AS setting
        ON CONFLICT (id) DO NOTHING`
      return taken === 1
    },

    /**
     * Stores how a call ended and, when it used anything, tells metering: both or none. Repeating it changes nothing,
     * so a caller that does not know whether it worked may try again.
     */
    async book(call: CallRecord): Promise<void> {
      await prisma.$transaction(async (tx) => {
        const { usage } = call
        // An insert, as a crash of Postgres may have lost the claim.
        const booked = await tx.$executeRaw`
          INSERT INTO ai_call (id, turn_id, user_id, plan, purpose, model, provider, outcome, failure, input_tokens,
            cached_input_tokens, output_tokens, cost_micro_usd, price_id, is_estimated, latency_ms, first_token_ms,
            started_at, ended_at)
          VALUES (${call.callId}::uuid, ${call.turnId || null}::uuid, ${call.userId}::uuid, ${call.plan}, ${call.purpose}, ${call.model},
            ${call.provider}, ${call.outcome}, ${call.failure}, ${usage?.inputTokens}::bigint, ${usage?.cachedInputTokens}::bigint,
            ${usage?.outputTokens}::bigint, ${usage?.costMicroUsd}::bigint, ${usage?.priceId}, ${usage?.isEstimated}::boolean,
            ${call.latencyMs}::int, ${call.firstTokenMs}::int,
            ${new Date(call.endedAt.getTime() - call.latencyMs)}, ${call.endedAt})
          ON CONFLICT (id) DO UPDATE SET
            model = excluded.model, provider = excluded.provider, outcome = excluded.outcome, failure = excluded.failure,
            input_tokens = excluded.input_tokens, cached_input_tokens = excluded.cached_input_tokens,
            output_tokens = excluded.output_tokens, cost_micro_usd = excluded.cost_micro_usd, price_id = excluded.price_id,
            is_estimated = excluded.is_estimated, latency_ms = excluded.latency_ms, first_token_ms = excluded.first_token_ms,
            ended_at = excluded.ended_at
          WHERE ai_call.outcome = 'running'`
        if (booked === 1 && usage)
          await publishEvent(tx, events.callCompleted, { aggregateId: call.turnId || call.callId, message: eventOf(call, usage) })
      })
    },
  }
}

const outcomes: Readonly<Record<Outcome, CallOutcome>> = {
  completed: CallOutcome.COMPLETED,
  aborted: CallOutcome.ABORTED,
  failed: CallOutcome.FAILED,
}

const purposes: Readonly<Record<Purpose, CallPurpose>> = {
  answer: CallPurpose.ANSWER,
  title: CallPurpose.TITLE,
  summary: CallPurpose.SUMMARY,
}

const eventOf = (call: CallRecord, usage: NonNullable<CallRecord['usage']>) => ({
  callId: call.callId,
  turnId: call.turnId,
  userId: call.userId,
  model: call.model,
  provider: call.provider,
  outcome: outcomes[call.outcome],
  purpose: purposes[call.purpose],
  usage: usageFigures(call, usage),
  occurredAt: timestampFromDate(call.endedAt),
})

/** CompletionUsage of completions.proto: the same figures in the event and in the answer's last part. */
export const usageFigures = ({ latencyMs, firstTokenMs }: CallRecord, usage: NonNullable<CallRecord['usage']>) => ({
  inputTokens: BigInt(usage.inputTokens),
  outputTokens: BigInt(usage.outputTokens),
  cachedInputTokens: BigInt(usage.cachedInputTokens),
  costMicroUsd: usage.costMicroUsd,
  priceId: usage.priceId,
  estimated: usage.isEstimated,
  latencyMs: BigInt(latencyMs),
  firstTokenMs: BigInt(firstTokenMs ?? 0),
})
