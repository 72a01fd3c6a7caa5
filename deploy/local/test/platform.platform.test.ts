import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { waitFor } from '@parley/testing'
import t, { type Test } from 'tap'
import { repository } from '../src/home.ts'
import { type Platform, type Run, startPlatform } from '../src/index.ts'

// One data folder for all tests of this file: it is started as a command, killed, started again in this process, and stopped.
const home = t.testdir()
const runFile = join(home, 'run.json')
const readRun = (): Run => JSON.parse(readFileSync(runFile, 'utf8'))
const pidsOf = ({ services, infrastructure }: Run): number[] => [
  ...Object.values(services).flatMap((list) => list.map(({ pid }) => pid)),
  ...Object.values(infrastructure).flatMap(({ pid }) => (pid === null ? [] : [pid])),
]
const isReady = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}/health/ready`).catch(() => null)
  return answer?.status === 200
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

let platform: Platform | undefined
let takenPort = 0
const incidents: string[] = []

t.teardown(() => platform?.stop())

t.test('npm start: seven services are ready, and run.json says where everything is', async (t) => {
  takenPort = await occupy(t)
  const command = startCommand(takenPort)
  const output = await untilReady(command)
  const run = readRun()
  t.match(output, new RegExp(`port ${takenPort} is in use; the gateway takes ${takenPort + 1}`))
  t.equal(run.url, `http://localhost:${takenPort + 1}`)
  t.equal(statSync(runFile).mode & 0o777, 0o600, 'it holds passwords')
  t.match(output, run.admin.password)
  t.same(Object.keys(run.services).sort(), ['ai-router', 'auth', 'billing', 'chat', 'gateway', 'notification', 'usage'])
  for (const [name, replicas] of Object.entries(run.services)) {
    t.equal(replicas.length, name === 'usage' ? 2 : 1)
    for (const { url } of replicas) t.ok(await isReady(url), `${name} at ${url}`)
  }
  t.equal((await fetch(`${run.inboxUrl}/messages`)).status, 200)

  await t.rejects(start(), { name: 'AlreadyRunningError', url: run.url }, 'a second one in the same folder is told where the first is')
  t.ok(await isReady(run.url), 'which is not disturbed')

  // Some end by themselves as soon as the first is gone: they are on a leash.
  for (const pid of [command.pid ?? 0, ...pidsOf(run)]) killIfAlive(pid)
  await once(command, 'exit')
})

t.test('after kill -9 of everything it starts again, with the data and the passwords of before', async (t) => {
  const before = readRun()
  platform = await start()
  t.same(platform.admin, before.admin)
  for (const replicas of Object.values(platform.run.services)) for (const { url } of replicas) t.ok(await isReady(url), url)
  t.same(pidsOf(readRun()), pidsOf(platform.run))
})

t.test('a service that dies is started again at the same address, and it is said so', async (t) => {
  const usage = running().service('usage')
  const { pid, url } = usage.current
  await usage.kill()
  await usage.ready()
  t.not(usage.current.pid, pid)
  t.equal(usage.current.url, url)
  t.ok(await isReady(url))
  t.match(incidents.join('\n'), /usage has ended \(SIGKILL\); starting it again\n.*usage runs again after/s)
  t.equal(readRun().services.usage[0]?.pid, usage.current.pid)
})

t.test('servers that die are started again at the same address, and the services find them', async (t) => {
  for (const name of ['nats', 'redis', 'postgres'] as const) {
    const server = running().infrastructure(name)
    const { pid, url } = server.current
    await server.kill()
    await server.ready()
    t.not(server.current.pid, pid)
    t.equal(server.current.url, url, `${name} at ${url}`)
  }
  const services = Object.values(running().run.services).flat()
  await waitFor('all services to be ready again', async () => (await Promise.all(services.map(({ url }) => isReady(url)))).every(Boolean), {
    timeoutMs: 20_000,
  })
})

t.test('stopping ends every process and gives the folder back', async (t) => {
  const pids = pidsOf(running().run)
  t.equal(pids.filter(isAlive).length, pids.length)
  await running().stop()
  t.same(pids.filter(isAlive), [])
  t.notOk(existsSync(runFile))
  t.notOk(existsSync(join(home, 'platform.lock')))
})

t.test('SIGTERM to npm reaches the platform, which stops cleanly although it is still starting', async (t) => {
  const command = spawn('npm', ['start', '--', '--no-web'], {
    cwd: repository,
    env: commandEnvironment(takenPort),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await untilSaid(command, 'databases are up to date')
  command.kill('SIGTERM')
  const output = await untilSaid(command, 'Parley has stopped')
  t.notMatch(output, /could not be started|is ready after/)
  t.notOk(existsSync(runFile))
  t.notOk(existsSync(join(home, 'platform.lock')))
})

async function start(): Promise<Platform> {
  return await startPlatform({
    environment: { PATH: process.env.PATH, PARLEY_HOME: home, PORT: String(takenPort) },
    isWebWanted: false,
    unsafeFast: true,
    onIncident: (text) => incidents.push(text),
  })
}

function running(): Platform {
  if (!platform) throw new Error('the platform did not start')
  return platform
}

/** A port that somebody else has for the length of one test; the one after it is free. */
async function occupy(t: Test): Promise<number> {
  // Below those that servers are given at random, so that it stays free until the gateway takes it.
  let port = await freePort(10_000 + Math.floor(Math.random() * 9_000))
  for (let next = await freePort(port + 1); next !== port + 1; next = await freePort(port + 1)) port = next
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return port
}

function startCommand(port: number): ChildProcess {
  return fork(join(import.meta.dirname, '../src/main.ts'), ['--no-web', '--replicas', 'usage=2'], {
    env: commandEnvironment(port),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

/** Without the servers of the test run: the command is to bring its own. */
function commandEnvironment(port: number): NodeJS.ProcessEnv {
  const { POSTGRES_URL: _postgres, REDIS_URL: _redis, NATS_URL: _nats, ...environment } = process.env
  return { ...environment, PARLEY_HOME: home, PORT: String(port) }
}

const untilReady = (command: ChildProcess) => untilSaid(command, 'Ctrl-C stops it')

/** What the command has printed from now on, as soon as `text` is in it. */
async function untilSaid(command: ChildProcess, text: string): Promise<string> {
  let output = ''
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  for (const stream of [command.stdout, command.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes(text)) resolve(output)
    })
  }
  command.once('close', () => reject(new Error(`npm start has ended without '${text}':\n${output}`)))
  return await promise
}
