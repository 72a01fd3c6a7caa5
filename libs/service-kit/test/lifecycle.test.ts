import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { markDraining } from '../src/index.ts'
import { startExample } from './world.ts'

t.test(
  'I1 readiness names each check, times a hanging one out after 1 s, and is 503 then and while draining; liveness asks nobody',
  async (t) => {
    const checks = {
      database: async () => 1,
      bus: () => Promise.reject(new Error('secret reason')),
      redis: () => new Promise(() => undefined),
    }
    const { url } = await startExample(t, { readiness: checks })
    const response = await fetch(`${url}/health/ready`)
    t.equal(response.status, 503)
    t.strictSame(await response.json(), { status: 'not_ready', checks: { database: 'ok', bus: 'failed', redis: 'failed' } })
    t.equal((await fetch(`${url}/health/live`)).status, 200)

    const healthy = await startExample(t, { readiness: { database: async () => 1 } })
    t.equal((await fetch(`${healthy.url}/health/ready`)).status, 200)
    markDraining(healthy.app)
    t.strictSame(await (await fetch(`${healthy.url}/health/ready`)).json(), { status: 'draining', checks: { database: 'ok' } })
  },
)

async function startProcess(t: Test): Promise<{ child: ChildProcess; url: string; told: unknown[] }> {
  const child = fork(new URL('./drain-example.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  t.teardown(() => child.kill('SIGKILL'))
  const told: unknown[] = []
  const [message] = (await once(child, 'message')) as [{ ready: boolean; url: string }]
  child.on('message', (what) => told.push(what))
  return { child, url: message.url, told }
}

t.test('N-9 SIGTERM: what runs is answered, then dependencies are closed, then exit 0', async (t) => {
  const { child, url, told } = await startProcess(t)
  const arrived = once(child, 'message')
  const running = fetch(`${url}/half-a-second`)
  await arrived
  child.kill('SIGTERM')
  const [code] = (await once(child, 'close')) as [number]
  t.equal((await running).status, 200)
  t.equal(code, 0)
  t.strictSame(told, ['arrived', 'handed over', 'answered', 'dependencies closed'])
})

t.test('a service whose parent dies does not survive it', async (t) => {
  const { child } = await startProcess(t)
  child.disconnect()
  const [code] = (await once(child, 'exit')) as [number]
  t.equal(code, 0)
})
