import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

t.test('servers end when the process that started them is killed with -9', async (t) => {
  const parent = fork(`${import.meta.dirname}/parent.ts`, [t.testdir()])
  const [{ pids }] = (await once(parent, 'message')) as [{ pids: number[] }]
  t.equal(pids.filter(isAlive).length, 2)
  parent.kill('SIGKILL')
  const giveUpMs = performance.now() + 5_000
  while (pids.some(isAlive) && performance.now() < giveUpMs) await delay(20)
  t.equal(pids.filter(isAlive).length, 0)
})
