import { randomUUID } from 'node:crypto'
import { create, toJsonString } from '@bufbuild/protobuf'
import { CallCompletedSchema, CallOutcome, type CallPurpose, events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import { headers } from 'nats'
import type { World } from './harness.ts'

export interface ToldCall {
  callId: string
  turnId: string
  inputTokens?: number
  outputTokens?: number
  costMicroUsd?: number
  model?: string
  purpose?: CallPurpose
}

/** Says what a call used, as the ai-router does. Resolves when chat has handled it. */
export async function tellUsage({ bus, query }: World, { callId, turnId, model = 'gpt-told', purpose, ...used }: ToldCall): Promise<void> {
  const { inputTokens = 7, outputTokens = 3, costMicroUsd = 21 } = used
  const usage = { inputTokens: BigInt(inputTokens), outputTokens: BigInt(outputTokens), costMicroUsd: BigInt(costMicroUsd) }
  const call = { callId, turnId, userId: randomUUID(), model, provider: 'told', outcome: CallOutcome.ABORTED, usage, purpose }
  const message = create(CallCompletedSchema, call)
  const id = randomUUID()
  const head = headers()
  head.set('Nats-Msg-Id', id)
  await bus.jetstream.publish(events.callCompleted.subject, toJsonString(events.callCompleted.schema, message), { headers: head })
  await waitFor('the event to be handled', async () => {
    const rows = await query("SELECT FROM messaging.inbox WHERE consumer = 'chat-answer-figures' AND event_id = $1", [id])
    return rows.length === 1
  })
}
