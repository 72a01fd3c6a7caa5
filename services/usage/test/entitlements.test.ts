import { events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage()
t.teardown(() => usage.close())

const planOf = async (userId: string) => (await usage.prisma.entitlement.findUnique({ where: { userId } }))?.plan

t.test('E4 the quota follows the newest plan whatever the order of events', async (t) => {
  const userId = uuidv7()
  const changed = (plan: string, version: bigint) =>
    publishEvent(usage.prisma, events.entitlementChanged, { aggregateId: `${userId}-${version}`, message: { userId, plan, version } })
  const headers = await usage.principals.header({ userId })
  const limits = async () => (await usage.app.inject({ url: '/api/v1/usage/limits', headers })).json()
  t.match(await limits(), { plan: 'free', hour: { limit: 10 }, day: { limit: 50 } }, 'free from the first moment')

  await changed('pro', 3n)
  await waitFor('the new plan', async () => (await planOf(userId)) === 'pro')
  await changed('free', 2n)
  const marker = uuidv7()
  await publishEvent(usage.prisma, events.entitlementChanged, {
    aggregateId: marker,
    message: { userId: marker, plan: 'pro', version: 1n },
  })
  await waitFor('the marker', async () => (await planOf(marker)) === 'pro')
  t.match(await limits(), { plan: 'pro', hour: { limit: 100 }, day: { limit: 1000 } }, 'an older version changes nothing')

  await changed('free', 4n)
  await waitFor('the plan to fall back', async () => (await planOf(userId)) === 'free')
  t.match(await limits(), { plan: 'free' })
})
