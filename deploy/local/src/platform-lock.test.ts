import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { openHome } from './home.ts'
import { lockHome } from './platform-lock.ts'
import { identify } from './process-identity.ts'

t.test('a second platform in the same folder is refused with the address of the running one', async (t) => {
  const home = openHome(t.testdir())
  const other = spawn('sleep', ['60'])
  t.teardown(() => other.kill())
  writeFileSync(home.lockFile, JSON.stringify(identify(other.pid ?? 0)))
  t.throws(() => lockHome(home), { name: 'AlreadyRunningError', message: /already runs in .* it is still starting/ })
  writeFileSync(home.runFile, JSON.stringify({ url: 'http://localhost:8099' }))
  t.throws(() => lockHome(home), { name: 'AlreadyRunningError', message: /http:\/\/localhost:8099/, url: 'http://localhost:8099' })
  t.ok(existsSync(home.lockFile), 'and keeps its lock')
})

t.test('a lock left by a crash is taken over, also when its pid belongs to another process by now', async (t) => {
  const home = openHome(t.testdir())
  const dead = spawn('true')
  await once(dead, 'exit')
  for (const left of [{ pid: dead.pid, startedAt: '1' }, { pid: process.ppid, startedAt: 'another time' }, 'no lock at all']) {
    writeFileSync(home.lockFile, JSON.stringify(left))
    const unlock = lockHome(home)
    t.throws(() => lockHome(home), { name: 'AlreadyRunningError', pid: process.pid })
    unlock()
    t.notOk(existsSync(home.lockFile))
  }
})
