import t from 'tap'
import { createSequenceCheck } from './sequence-check.ts'

const faultsOf = (expected: number, indexes: number[]) => {
  const faults = { lost: 0, duplicate: 0, reordered: 0 }
  const check = createSequenceCheck(expected)
  for (const index of indexes) check.see(index)
  check.addTo(faults)
  return faults
}

t.test('a whole answer has no faults; lost, doubled and late tokens are told apart', async (t) => {
  t.strictSame(faultsOf(3, [0, 1, 2]), { lost: 0, duplicate: 0, reordered: 0 })
  t.strictSame(faultsOf(4, [0, 2, 1, 1]), { lost: 1, duplicate: 1, reordered: 1 })
  t.strictSame(faultsOf(2, []), { lost: 2, duplicate: 0, reordered: 0 })
})
