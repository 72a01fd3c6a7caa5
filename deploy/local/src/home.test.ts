import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@parley/config'
import t from 'tap'
import { openHome } from './home.ts'

t.test('a data folder that cannot be made is answered with the variable to mend', async (t) => {
  const file = join(t.testdir(), 'a-file')
  writeFileSync(file, '')
  for (const directory of [file, join(file, 'below')]) {
    const error = failure(() => openHome(directory))
    t.ok(error instanceof ConfigError)
    t.match(String(error), /PARLEY_HOME is wrong: needs a folder that may be made and written/)
  }
})

function failure(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
