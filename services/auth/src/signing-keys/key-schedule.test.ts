import t from 'tap'
import { keysToRetire, needsNewKey, signingKeyOf } from './key-schedule.ts'

const key = (kid: string, state: 'new' | 'settled' | 'old' | 'retired') => ({
  kid,
  isRetired: state === 'retired',
  isSettled: state !== 'new',
  isOld: state === 'old' || state === 'retired',
})

t.test('A-2 the first key signs at once, a later one when verifiers have had time to fetch it', async (t) => {
  t.equal(signingKeyOf([key('first', 'new')])?.kid, 'first')
  t.equal(signingKeyOf([key('second', 'new'), key('first', 'old')])?.kid, 'first')
  t.equal(signingKeyOf([key('second', 'settled'), key('first', 'old')])?.kid, 'second')
  t.equal(signingKeyOf([key('first', 'retired')]), null)
})

t.test('A-2 an old key gets one successor, not one per look', async (t) => {
  t.ok(needsNewKey([]))
  t.ok(needsNewKey([key('first', 'old')]))
  t.ok(needsNewKey([key('first', 'retired')]))
  t.notOk(needsNewKey([key('first', 'settled')]))
  t.notOk(needsNewKey([key('second', 'new'), key('first', 'old')]))
})

t.test('A-2 a key retires when its successor signs, not before', async (t) => {
  t.same(keysToRetire([key('second', 'new'), key('first', 'old')]), [])
  t.same(keysToRetire([key('second', 'settled'), key('first', 'old')]), ['first'])
  t.same(keysToRetire([key('third', 'new'), key('second', 'settled'), key('first', 'old')]), ['first'])
  t.same(keysToRetire([key('second', 'settled'), key('first', 'retired')]), [])
  t.same(keysToRetire([key('first', 'settled')]), [])
})
