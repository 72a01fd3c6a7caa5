import t from 'tap'
import { type Running, supervise } from './supervised.ts'

/** Stands for a process: ends when it is told to. */
function fakeProcess(pid: number): Running {
  const { promise, resolve } = Promise.withResolvers<string>()
  const end = async (how: string) => {
    resolve(how)
    await promise
  }
  return { pid, url: `http://127.0.0.1/${pid}`, exited: promise, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

function world() {
  const started: ReturnType<typeof fakeProcess>[] = []
  const incidents: string[] = []
  let failures = 0
  return {
    started,
    incidents,
    failNext: (count: number) => {
      failures = count
    },
    options: {
      name: 'usage',
      onIncident: (text: string) => void incidents.push(text),
      launch: async () => {
        if (failures > 0) {
          failures -= 1
          throw new Error('port is taken')
        }
        const next = fakeProcess(started.length + 1)
        started.push(next)
        return next
      },
    },
  }
}

t.test('one that dies is started again, and it is said so', async (t) => {
  const { started, incidents, options } = world()
  const usage = await supervise(options)
  await usage.kill()
  t.notOk(usage.isUp)
  await usage.ready()
  t.equal(started.length, 2)
  t.equal(usage.current.pid, 2)
  t.match(incidents, [/usage has ended \(SIGKILL\); starting it again/, /usage runs again/])
})

t.test('one that cannot be started again is tried until it can', async (t) => {
  const { incidents, failNext, options } = world()
  const usage = await supervise(options)
  failNext(2)
  await usage.kill()
  await usage.ready()
  t.equal(incidents.filter((text) => text.includes('could not be started: port is taken')).length, 2)
  t.equal(usage.current.pid, 2)
})

t.test('one that is stopped stays down until it is started', async (t) => {
  const { started, incidents, options } = world()
  const usage = await supervise(options)
  await usage.stop()
  await new Promise((resolve) => setImmediate(resolve))
  t.same(incidents, [])
  t.notOk(usage.isUp)
  await usage.start()
  t.ok(usage.isUp)
  t.equal(started.length, 2)
})

t.test('one that is told to stop while it is being started again does not come back', async (t) => {
  const { started, options } = world()
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const { promise: isLaunching, resolve: launching } = Promise.withResolvers<void>()
  const usage = await supervise({
    ...options,
    async launch() {
      if (started.length === 1) {
        launching()
        await held
      }
      return await options.launch()
    },
  })
  await usage.kill()
  await isLaunching
  const stopped = usage.stop()
  release()
  await stopped
  t.equal(started.length, 2)
  t.equal(await started[1]?.exited, 'SIGTERM')
})

t.test('one that is told to stop while it is being started by hand does not come back either', async (t) => {
  const { started, options } = world()
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const usage = await supervise({
    ...options,
    async launch() {
      if (started.length === 1) await held
      return await options.launch()
    },
  })
  await usage.stop()
  const starting = usage.start()
  const stopped = usage.stop()
  release()
  await stopped
  t.equal(started.length, 2)
  t.notOk(usage.isUp, 'it is down when the stop is done')
  await starting
})

t.test('a first start that fails is an error, not something to repeat', async (t) => {
  const { failNext, options } = world()
  failNext(1)
  await t.rejects(supervise(options), /port is taken/)
})
