import t from 'tap'
import { createWaitQueue } from './wait-queue.ts'

const forever = new AbortController().signal

t.test('C4 calls of one line go in the order in which they came, whatever their pauses', async (t) => {
  const queue = createWaitQueue({ capacity: 10 })
  const order: string[] = []
  const [first, second] = [queue.enter('ada'), queue.enter('ada')]
  const late = first?.wait(30, forever).then(() => order.push('first'))
  const early = second?.wait(1, forever).then(() => order.push('second'))
  const other = queue
    .enter('bob')
    ?.wait(1, forever)
    .then(() => order.push('other'))
  await Promise.all([late, other])
  t.notOk(order.includes('second'), 'its pause is over, and it waits for the first one')
  first?.leave()
  await early
  t.equal(order.at(-1), 'second')
})

t.test('a place that is left early lets the next one through, and the queue is bounded', async (t) => {
  const queue = createWaitQueue({ capacity: 2 })
  const [first, second] = [queue.enter('ada'), queue.enter('ada')]
  t.equal(queue.enter('bob'), null)
  first?.leave()
  first?.leave()
  t.ok(queue.hasWaiting('ada'))
  await second?.wait(0, forever)
  second?.leave()
  t.notOk(queue.hasWaiting('ada'))
  t.ok(queue.enter('bob'))
})

t.test('whoever goes away waits no longer', async (t) => {
  const queue = createWaitQueue({ capacity: 2 })
  const leaving = new AbortController()
  queue.enter('ada')
  const waiting = queue.enter('ada')?.wait(60_000, leaving.signal)
  leaving.abort()
  await waiting
  t.pass()
})
