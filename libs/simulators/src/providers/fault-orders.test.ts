import t from 'tap'
import { createFaultOrders } from './fault-orders.ts'

t.test('a fault ordered for an answer is not used up by a title in the background', async (t) => {
  const orders = createFaultOrders()
  orders.add({ kind: 'stall' })
  t.equal(orders.take('openai', 'm', 'title'), undefined)
  t.same(orders.take('openai', 'm'), { kind: 'stall' })
  orders.add({ kind: 'stall' }, { task: 'title' })
  t.equal(orders.take('openai', 'm'), undefined)
  t.same(orders.take('openai', 'm', 'title'), { kind: 'stall' })
})
