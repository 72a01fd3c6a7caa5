import t from 'tap'
import type { PartTaker, Provider, ProviderRequest, StreamPart } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { createLateSigns } from './late-signs.ts'
import { OUTRUN } from './leg.ts'

const TARGET = { id: 'model', provider: 'vendor' }
const tooSlow = new ProviderError('timeout', 'no first token')
const text: StreamPart = { type: 'text', text: 'Hi' }

/** A vendor whose streams give what the test says, until their signal fires or they are told to end. */
function startVendor() {
  const streams: { take: PartTaker; signal: AbortSignal; end(): void }[] = []
  const provider: Pick<Provider, 'stream'> = {
    stream(_request, signal, take) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => reject(signal.reason))
      const guarded: PartTaker = (parts) => {
        try {
          return take(parts)
        } catch (error) {
          reject(error)
          return undefined
        }
      }
      streams.push({ take: guarded, signal, end: resolve })
      return promise
    },
  }
  return { provider, streams }
}

function start(watchMs = 60_000) {
  const { provider, streams } = startVendor()
  const lateSigns = createLateSigns({ watchMs })
  const late: number[] = []
  const ask = () => {
    const ending = new AbortController()
    const taken: StreamPart[] = []
    const watched = lateSigns.watch(TARGET, provider, (firstSignMs) => void late.push(firstSignMs))
    const done = watched.stream({} as ProviderRequest, ending.signal, (parts) => void taken.push(...parts))
    const stream = streams.at(-1)
    if (!stream) throw new Error('the vendor was not asked')
    return { ending, taken, done, stream }
  }
  return { ask, late }
}

t.test('F-16 whoever gives a silent request up is free at once, and its late sign is told and not passed on', async (t) => {
  const { ask, late } = start()
  const { ending, taken, done, stream } = ask()
  void stream.take([{ type: 'started', model: 'm', responseId: 'r' }])
  ending.abort(tooSlow)
  await t.rejects(done, tooSlow)
  t.notOk(stream.signal.aborted, 'its connection stays')
  void stream.take([text])
  t.equal(late.length, 1)
  t.same(
    taken.map(({ type }) => type),
    ['started'],
  )
})

t.test('F-16 of each target one request at a time is watched, and the next one when it is over', async (t) => {
  const { ask } = start()
  const [first, second] = [ask(), ask()]
  first.ending.abort(tooSlow)
  second.ending.abort(tooSlow)
  await Promise.all([t.rejects(first.done), t.rejects(second.done)])
  t.notOk(first.stream.signal.aborted)
  t.ok(second.stream.signal.aborted)
  first.stream.end()
  await first.done.catch(() => undefined)
  await new Promise(setImmediate)
  const third = ask()
  third.ending.abort(tooSlow)
  await t.rejects(third.done)
  t.notOk(third.stream.signal.aborted)
})

t.test('what ended for another reason, or had begun to answer, is ended at once', async (t) => {
  const { ask, late } = start()
  const outrun = ask()
  outrun.ending.abort(OUTRUN)
  await t.rejects(outrun.done, OUTRUN)
  t.ok(outrun.stream.signal.aborted)
  const begun = ask()
  void begun.stream.take([text])
  begun.ending.abort(tooSlow)
  await t.rejects(begun.done, tooSlow)
  t.ok(begun.stream.signal.aborted)
  t.same(late, [])
})

t.test('F-16 nothing is watched for longer than a first token may take', async (t) => {
  const { ask, late } = start(20)
  const { ending, done, stream } = ask()
  ending.abort(tooSlow)
  await t.rejects(done)
  await new Promise<void>((resolve) => {
    // The watch keeps no process alive; this does.
    const alive = setInterval(() => undefined, 1_000)
    stream.signal.addEventListener('abort', () => {
      clearInterval(alive)
      resolve()
    })
  })
  t.same(late, [])
})
