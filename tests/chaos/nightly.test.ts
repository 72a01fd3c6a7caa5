import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { faults } from './faults/all.ts'

t.test('every fault is made every night', async (t) => {
  const workflow = readFileSync(join(import.meta.dirname, '../../.github/workflows/nightly.yml'), 'utf8')
  const nightly = Array.from(workflow.matchAll(/- \{ id: (\S+), count: \d+ \}/g), ([, id]) => id)
  t.same(nightly.toSorted(), faults.map(({ id }) => id).toSorted())
})
