import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openHome } from './home.ts'
import { isRunning, type ProcessIdentity } from './process-identity.ts'
import { readSettings } from './settings.ts'
import { startStand } from './simulators.ts'

const ignore = () => undefined

t.test('where the models cannot be simulated no inbox stays behind', async (t) => {
  const home = openHome(t.testdir())
  // Their log cannot be begun: a folder stands where the one before is kept.
  mkdirSync(join(home.logs, 'providers.previous.log', 'in-the-way'), { recursive: true })
  writeFileSync(join(home.logs, 'providers.log'), '')
  const given = { PATH: process.env.PATH }
  await t.rejects(startStand({ home, settings: readSettings(given), given, onIncident: ignore, onChange: ignore }), {
    code: /EISDIR|ENOTDIR|EEXIST|ENOTEMPTY/,
  })
  const started: ProcessIdentity[] = JSON.parse(readFileSync(home.processesFile, 'utf8'))
  t.equal(started.length, 1, 'the inbox was started')
  t.same(started.filter(isRunning), [])
})
