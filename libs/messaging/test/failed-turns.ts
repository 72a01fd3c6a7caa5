import { randomUUID } from 'node:crypto'
import { create, toJsonString } from '@bufbuild/protobuf'
import { events, TurnFailedSchema } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import { headers } from 'nats'
import type { World } from './world.ts'

export const failedTurn = (code: string) => toJsonString(TurnFailedSchema, create(TurnFailedSchema, { turnId: 'turn', code }))

/** Publishes straight into the stream, as a relay would. */
export async function publish(world: World, payload: string, id: string = randomUUID()): Promise<string> {
  const header = headers()
  header.set('Nats-Msg-Id', id)
  await world.bus.jetstream.publish(events.turnFailed.subject, payload, { headers: header })
  return id
}

export const stateOf = (world: World, consumer: string) => world.bus.manager.consumers.info('EVENTS', consumer)

/** Nothing waits and nothing is at work: the consumer is done with everything there is. */
export const settled = (world: World, consumer: string, timeoutMs?: number) =>
  waitFor(
    `${consumer} to settle`,
    async () => {
      const state = await stateOf(world, consumer).catch(() => undefined)
      return state !== undefined && state.num_pending === 0 && state.num_ack_pending === 0
    },
    { timeoutMs },
  )
