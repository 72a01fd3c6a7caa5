import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { openHome } from './home.ts'
import { endLeftovers, recordProcess } from './leftovers.ts'
import { identify } from './process-identity.ts'

t.test('processes of a killed run that do not end by themselves are ended', async (t) => {
  const home = openHome(t.testdir())
  const drained = spawn('sleep', ['0.2'])
  const stuck = spawn('sleep', ['60'])
  for (const { pid = 0 } of [drained, stuck]) recordProcess(home, pid)
  const gone = Promise.all([once(drained, 'exit'), once(stuck, 'exit')])
  t.equal(await endLeftovers(home), 2)
  t.same(await gone, [
    [0, null],
    [null, 'SIGKILL'],
  ])
})

t.test('a process that only has the pid of one of ours is left alone', async (t) => {
  const home = openHome(t.testdir())
  const foreign = spawn('sleep', ['60'])
  t.teardown(() => foreign.kill())
  writeFileSync(home.processesFile, JSON.stringify([{ ...identify(foreign.pid ?? 0), startedAt: '12345' }]))
  t.equal(await endLeftovers(home), 0)
  t.equal(foreign.signalCode, null)
})
