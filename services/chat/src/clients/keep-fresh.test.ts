import { createLogger } from '@parley/telemetry'
import t from 'tap'
import { keepFresh } from './keep-fresh.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

t.test('an answer from before a change never takes the place of the one from behind it, however slow it is', async (t) => {
  let announce = () => {}
  const bus = {
    onBroadcast: (_subject: string, listener: (text: string) => void) => {
      announce = () => listener('')
      return () => {}
    },
  }
  const slow = Promise.withResolvers<void>()
  let catalogue = 'before'
  let known = ''
  const reads: string[] = []
  const fresh = keepFresh({
    bus,
    logger,
    async read() {
      const answer = catalogue
      reads.push(answer)
      if (answer === 'before') await slow.promise
      known = answer
      return true
    },
  })
  t.teardown(() => fresh.stop())
  await new Promise((resolve) => setImmediate(resolve))
  catalogue = 'behind'
  for (const _ of [1, 2, 3]) announce()
  const refreshed = fresh.refresh()
  slow.resolve()
  await refreshed
  t.equal(known, 'behind')
  t.same(reads, ['before', 'behind'], 'whoever asks while one waits gets the same')
})
