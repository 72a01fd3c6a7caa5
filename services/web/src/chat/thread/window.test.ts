import t from 'tap'
import type { ThreadItem } from '../thread.ts'
import { aroundMessage, furtherBack, furtherOn, windowOf } from './window.ts'

const thread = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, id: `k${index}` }) as ThreadItem)
const END = { first: null, last: null }

t.test('a long conversation is drawn from its end', async (t) => {
  t.same(windowOf(thread(1000), END), { from: 970, to: 1000 })
  t.same(windowOf(thread(7), END), { from: 0, to: 7 })
  t.same(windowOf([], END), { from: 0, to: 0 })
})

t.test('looking back draws more above and nothing less below', async (t) => {
  t.same(windowOf(thread(100), furtherBack(thread(100), END)), { from: 40, to: 100 })
  t.same(windowOf(thread(40), furtherBack(thread(40), END)), { from: 0, to: 40 })
})

t.test('the upper edge stays while messages come at the end and older ones before it', async (t) => {
  const edges = { first: 'k60', last: null }
  t.same(windowOf(thread(102), edges), { from: 60, to: 102 })
  const longer = [...thread(3).map((item) => ({ ...item, key: `older-${item.key}` })), ...thread(100)]
  t.same(windowOf(longer, edges), { from: 63, to: 103 })
})

t.test('a message in the middle is drawn with its neighbours; going on leads to the end', async (t) => {
  const all = thread(1000)
  let edges = aroundMessage(all, 300)
  t.same(windowOf(all, edges), { from: 285, to: 315 })
  edges = furtherOn(all, edges)
  t.same(windowOf(all, edges), { from: 285, to: 345 })
  for (let step = 0; step < 22; step += 1) edges = furtherOn(all, edges)
  t.same(windowOf(all, edges), { from: 285, to: 1000 })
  t.equal(edges.last, null, 'and follows what comes')
})

t.test('edges that are gone, as on another branch, are forgotten', async (t) => {
  t.same(windowOf(thread(100), { first: 'gone', last: 'gone' }), { from: 70, to: 100 })
})
