import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { watchForLostCalls } from './lost-calls.job.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

/** Looks are answered one after the other from `looks`; after the last one nothing is silent. */
async function booksOf(looks: (string[] | Error)[]): Promise<string[][]> {
  const booked: string[][] = []
  const rest = [...looks]
  const job = watchForLostCalls({
    calls: {
      async findSilent() {
        const look = rest.shift() ?? []
        if (look instanceof Error) throw look
        return look
      },
      async bookLost(callIds) {
        booked.push([...callIds])
        return callIds.length
      },
    },
    onBooked: () => {},
    silentMs: 2,
    logger,
  })
  await waitFor('all looks', () => rest.length === 0)
  await job.stop()
  return booked
}

t.test('F-2 a call that is silent at two looks is lost', async (t) => {
  t.same(await booksOf([['a'], ['a', 'b'], ['b']]), [['a'], ['b']])
})

t.test('F-8 after an outage of Postgres all calls are silent once: none of those that live is lost', async (t) => {
  t.same(await booksOf([['gone'], new Error('away'), ['gone', 'lives'], ['gone']]), [['gone']])
})
