import { ProviderError } from '../provider-error.ts'
import { isText, readAll } from './read-answer.ts'
import { QUESTION } from './requests.ts'
import type { Suite } from './suite.ts'
import { bytesWhenFull } from './vendor-double.ts'

/** Kernel buffers of two sockets and our own; an answer without an end would fill gigabytes. */
const BOUND_BYTES = 48 * 1024 * 1024

/** A reader that gives up, goes away, or does not read on: the vendor is left, and what waits is bounded. */
export function departures({ vendor, provider, test }: Suite): void {
  test('a stalled stream ends with the reason of whoever gives up on it, and the vendor is left', async (t) => {
    const expected = vendor.play({ kind: 'stall', afterTokens: 2 })
    const left = vendor.clientLeft()
    const giveUp = new AbortController()
    const tooLong = new ProviderError('timeout', 'nothing came')
    const read = await readAll(provider, QUESTION, giveUp.signal, (text) => {
      if (text === expected.text) giveUp.abort(tooLong)
    })
    t.equal(read.error, tooLong)
    await left
  })

  test('an abort ends the stream as aborted, and the vendor is left', async (t) => {
    const expected = vendor.play({ kind: 'stall', afterTokens: 1 })
    const left = vendor.clientLeft()
    const abort = new AbortController()
    const read = await readAll(provider, QUESTION, abort.signal, (text) => {
      if (text === expected.text) abort.abort()
    })
    t.equal(read.error?.kind, 'aborted')
    await left
  })

  test('an abort before the vendor answers ends the stream as well', async (t) => {
    vendor.play({ kind: 'answer' })
    t.equal((await readAll(provider, QUESTION, AbortSignal.abort())).error?.kind, 'aborted')
  })

  test('a reader that throws leaves the vendor, and gets what it threw', async (t) => {
    vendor.play({ kind: 'stall', afterTokens: 2 })
    const left = vendor.clientLeft()
    const enough = new Error('enough')
    const reading = provider.stream(QUESTION, new AbortController().signal, (batch) => {
      if (batch.some(isText)) throw enough
      return undefined
    })
    t.equal(await reading.catch((error: unknown) => error), enough)
    await left
  })

  if (!vendor.canPlay({ kind: 'endless' })) return
  test('a reader without room stops the vendor: what waits in between is bounded', async (t) => {
    vendor.play({ kind: 'endless' })
    const [full, room, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), new AbortController()]
    let batchesWithoutRoom = 0
    const reading = provider.stream(QUESTION, leave.signal, (batch) => {
      if (!batch.some(isText)) return undefined
      batchesWithoutRoom += 1
      full.resolve()
      return room.promise
    })
    await full.promise
    const before = await bytesWhenFull(vendor)
    t.ok(before < BOUND_BYTES, `${before} bytes were taken for one batch that was read`)
    t.equal(batchesWithoutRoom, 1)
    leave.abort()
    await t.rejects(reading, { code: 'aborted' })
  })

  test('a reader that has room again gets the rest', async (t) => {
    const expected = vendor.play({ kind: 'answer' })
    let text = ''
    await provider.stream(QUESTION, new AbortController().signal, (batch) => {
      for (const part of batch) if (part.type === 'text') text += part.text
      return new Promise((resolve) => setImmediate(resolve))
    })
    t.equal(text, expected.text)
  })
}
