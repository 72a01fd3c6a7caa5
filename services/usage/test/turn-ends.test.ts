import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events, requests } from '@parley/contracts'
import { call, publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage({ RESERVATION_TTL_S: '300' })
t.teardown(() => usage.close())

const reserve = (userId: string, turnId: string) =>
  call(usage.bus, requests.reserveTurn, { turnId, userId, isAdmin: false }, { timeoutMs: 10_000 })

const statusOf = async (turnId: string): Promise<string | undefined> =>
  (await usage.prisma.reservation.findUnique({ where: { turnId } }))?.status

const completed = (turnId: string, userId: string) =>
  publishEvent(usage.prisma, events.turnCompleted, { aggregateId: turnId, message: { turnId, userId, occurredAt: timestampNow() } })
const failed = (turnId: string, userId: string) =>
  publishEvent(usage.prisma, events.turnFailed, { aggregateId: turnId, message: { turnId, userId, code: 'provider_unavailable' } })
const stopped = (turnId: string, userId: string, outputTokens: bigint) =>
  publishEvent(usage.prisma, events.turnStopped, { aggregateId: turnId, message: { turnId, userId, outputTokens } })

/** Lets the reaper see a reservation as forgotten. */
const forget = (turnId: string) =>
  usage.pool.query("UPDATE reservation SET expires_at = now() - interval '1 second' WHERE turn_id = $1", [turnId])

t.test('R-4 an answer settles its reservation, a failure and an empty stop give it back', async (t) => {
  const userId = uuidv7()
  const ends: [string, (turnId: string) => Promise<unknown>, string][] = [
    ['completed', (turnId) => completed(turnId, userId), 'settled'],
    ['failed', (turnId) => failed(turnId, userId), 'released'],
    ['stopped after some words', (turnId) => stopped(turnId, userId, 12n), 'settled'],
    ['stopped before the first', (turnId) => stopped(turnId, userId, 0n), 'released'],
  ]
  for (const [what, end, expected] of ends) {
    const turnId = uuidv7()
    await reserve(userId, turnId)
    t.equal(await statusOf(turnId), 'reserved')
    await end(turnId)
    await waitFor('the end of the reservation', async () => (await statusOf(turnId)) === expected)
    t.equal(await statusOf(turnId), expected, `${what}: ${expected}`)
  }
})

t.test('B-4 a forgotten reservation is given back, and an answer that comes after all still counts', async (t) => {
  const [userId, turnId] = [uuidv7(), uuidv7()]
  await reserve(userId, turnId)
  await forget(turnId)
  t.equal(await usage.deps.quota.reservations.releaseForgotten(), 1)
  t.equal(await statusOf(turnId), 'released')

  await completed(turnId, userId)
  await waitFor('settlement', async () => (await statusOf(turnId)) === 'settled')
  t.equal(await statusOf(turnId), 'settled')
  await failed(turnId, userId)
  const marker = uuidv7()
  await completed(marker, userId)
  await waitFor('the marker', async () => (await statusOf(marker)) === 'settled')
  t.equal(await statusOf(turnId), 'settled', 'a settled one stays settled')
})

t.test('B-4 a released turn that is sent again takes a message again', async (t) => {
  const [userId, turnId] = [uuidv7(), uuidv7()]
  await reserve(userId, turnId)
  await failed(turnId, userId)
  await waitFor('release', async () => (await statusOf(turnId)) === 'released')
  t.ok((await reserve(userId, turnId)).granted)
  t.equal(await statusOf(turnId), 'reserved')
})
