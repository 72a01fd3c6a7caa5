import { randomInt } from 'node:crypto'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { codeOf, type Gateway, startWorld } from './harness.ts'

/** Redis is shared by all tests: each takes addresses of its own. */
const anAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`
const limits = { TRUSTED_PROXIES: '127.0.0.1', REQUESTS_PER_MINUTE: '10' }
const from = (gateway: Gateway, ip: string) => gateway.fetch('/api/v1/billing/plans', { headers: { 'x-forwarded-for': ip } })

/** Not across the border of a fixed window, where a minute's counts begin to fade. */
const settle = async () => {
  const leftMs = 60_000 - (Date.now() % 60_000)
  if (leftMs < 5_000) await new Promise((resolve) => setTimeout(resolve, leftMs + 50))
}

t.test('R-2 requests of one address are limited over all replicas; the answer says what is left and when to come back', async (t) => {
  await settle()
  const world = await startWorld(t, { env: limits })
  const replicas = [await world.startGateway(), await world.startGateway()]
  await Promise.all(replicas.map(({ deps }) => waitFor('Redis', () => deps.redisStatus() === 'ready')))
  const ip = anAddress()
  const answers: Response[] = []
  for (let i = 0; i < 12; i++) answers.push(await from(replicas[i % 2] as Gateway, ip))
  t.strictSame(
    answers.map(({ status }) => status),
    [...Array(10).fill(200), 429, 429],
  )
  t.match(answers[0]?.headers.get('ratelimit'), /^"address";r=9;t=\d+$/)
  t.equal(answers[0]?.headers.get('ratelimit-policy'), '"address";q=10;w=60')
  const last = answers.at(-1) as Response
  t.ok(Number(last.headers.get('retry-after')) >= 1)
  t.equal(await codeOf(last), 'rate_limited')
  t.equal((await from(replicas[0] as Gateway, anAddress())).status, 200)
})

t.test('R-2 IPv6 counts by /64', async (t) => {
  await settle()
  const world = await startWorld(t, { env: limits })
  const gateway = await world.startGateway()
  await waitFor('Redis', () => gateway.deps.redisStatus() === 'ready')
  const network = `2001:db8:${randomInt(65_536).toString(16)}:${randomInt(65_536).toString(16)}`
  const statuses: number[] = []
  for (let i = 0; i < 11; i++) statuses.push((await from(gateway, `${network}::${i + 1}`)).status)
  t.strictSame(statuses, [...Array(10).fill(200), 429])
})

t.test('R-3 with Redis away limits hold per replica, and no request waits or fails', async (t) => {
  await settle()
  const world = await startWorld(t, { env: { ...limits, REDIS_URL: 'redis://127.0.0.1:9' } })
  const gateway = await world.startGateway()
  const ip = anAddress()
  const startedAtMs = performance.now()
  const statuses: number[] = []
  for (let i = 0; i < 12; i++) statuses.push((await from(gateway, ip)).status)
  t.strictSame(statuses, [...Array(10).fill(200), 429, 429])
  t.ok(performance.now() - startedAtMs < 3_000)
})
