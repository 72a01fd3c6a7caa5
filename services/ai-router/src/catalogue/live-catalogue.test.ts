import { createLogger } from '@parley/telemetry'
import t from 'tap'
import { openCatalogue } from './live-catalogue.ts'

t.test('I1 a stop waits for what is being read, and nothing is read after it, whoever asks', async (t) => {
  const begun: (() => void)[] = []
  let isHeld = false
  const catalogue = await openCatalogue({
    store: {
      seed: async () => undefined,
      readVersion: async () => 1n,
      read: async () => {
        if (isHeld) await new Promise<void>((resolve) => begun.push(resolve))
        return { version: 1n, providers: [], models: [], rules: [] }
      },
    },
    storedProviders: { apply: () => undefined },
    modeOf: () => undefined,
    logger: createLogger({ name: 'test', level: 'silent' }),
    pollMs: 3_600_000,
    refreshMs: 3_600_000,
  })
  isHeld = true
  const asked = [catalogue.refresh(), catalogue.refresh()]
  await new Promise(setImmediate)
  t.equal(begun.length, 1, 'those who come together share a reading')
  const next = catalogue.refresh()
  let isStopped = false
  const stopping = catalogue.stop().then(() => {
    isStopped = true
  })
  await new Promise(setImmediate)
  t.notOk(isStopped)
  begun[0]?.()
  await Promise.all(asked)
  await new Promise(setImmediate)
  t.equal(begun.length, 2, 'what was asked before the stop is read')
  t.notOk(isStopped)
  begun[1]?.()
  await Promise.all([next, stopping])
  await catalogue.refresh()
  t.equal(begun.length, 2)
})
