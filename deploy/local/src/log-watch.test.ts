import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { beginLog, errorText, watchLog } from './log-watch.ts'

t.test('errors in a log are told in one line, everything else is not', async (t) => {
  t.equal(errorText('{"level":"error","msg":"turn failed","err":{"message":"no connection"}}'), 'turn failed: no connection')
  t.equal(errorText('{"level":60,"msg":"same","err":{"message":"same"}}'), 'same')
  t.equal(errorText('{"level":"info","msg":"listening"}'), null)
  t.equal(errorText('{"level":40,"msg":"only a warning"}'), null)
  t.equal(errorText('(node:1) ExperimentalWarning'), null)
  t.equal(errorText('{broken'), null)
})

t.test('a flood of errors is told three times, then the file is named', async (t) => {
  const directory = t.testdir()
  const file = beginLog(directory, 'chat')
  const told: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  // Watching a log keeps no process alive, this test included.
  const hold = setInterval(() => undefined, 60_000)
  t.teardown(() => clearInterval(hold))
  const end = watchLog(file, (text) => {
    told.push(text)
    if (text.startsWith('more in')) resolve()
  })
  for (let number = 1; number <= 9; number += 1) appendFileSync(file, `{"level":50,"msg":"failure ${number}"}\n`)
  await promise
  end()
  t.same(told, ['failure 1', 'failure 2', 'failure 3', `more in ${file}`])
  beginLog(directory, 'chat')
  t.ok(existsSync(join(directory, 'chat.previous.log')), 'the log of the run before is kept')
})
