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
export async function tellUsage({ bus }: World, { callId, turnId, model = 'gpt-told', purpose, ...used }: ToldCall): Promise<void> {
  const { inputTokens = 7, outputTokens = 3, costMicroUsd = 21 } = used
  const usage = { inputTokens: BigInt(inputTokens), outputTokens: BigInt(outputTokens), costMicroUsd: BigInt(costMicroUsd) }
  const call = { callId, turnId, userId: randomUUID(), model, provider: 'told', outcome: CallOutcome.ABORTED, usage, purpose }
  const message = create(CallCompletedSchema, call)
  const id = randomUUID()
  const head = headers()
  head.set('Nats-Msg-Id', id)
  const stored = await bus.jetstream.publish(events.callCompleted.subject, toJsonString(events.callCompleted.schema, message), {
    headers: head,
  })
  await waitFor('the event to be handled', async () => {
    // One that would change nothing leaves no row in the inbox.
    const { ack_floor: acknowledged } = await bus.manager.consumers.info('EVENTS', 'chat-answer-figures')
    return acknowledged.stream_seq >= stored.seq
  })
}
