import t from 'tap'
import { id, time } from './common.ts'

t.test('A-4 an id in upper case is the same id: nothing that compares ids as text sees another one', async (t) => {
  t.equal(id.parse('01A1FD12-F1D5-7173-8505-654E52BC46AC'), '01a1fd12-f1d5-7173-8505-654e52bc46ac')
  t.notOk(id.safeParse('01a1fd12').success)
})

t.test('A-23 a time is one that Postgres has too', async (t) => {
  t.ok(time.safeParse('0001-01-01T00:00:00Z').success)
  t.notOk(time.safeParse('0000-12-31T23:59:59Z').success)
})
