import t from 'tap'
import type { Model } from '../catalogue/catalogue.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { type Leg, OUTRUN } from './leg.ts'
import { type Entrant, type Relief, race } from './race.ts'

const entrant = (id: string, patienceMs = 10_000): Entrant => ({ model: { id } as Model, permit: 'usual', isTrusted: true, patienceMs })
const cut = new ProviderError('cut', 'cut')

/** A race whose targets do what the test says, and whose reliefs come in their order, each look one. */
function startRace({ first = entrant('a'), reliefs = [] }: { first?: Entrant; reliefs?: (Relief | null)[] }) {
  const asked = new Map<string, { answer(): boolean; end(error?: ProviderError): void; abortedBy: ProviderError | null }>()
  const onAsked = new Map<string, () => void>()
  const tooSlow: string[] = []
  const done = race(
    {
      ask({ model }, win) {
        const leg = Promise.withResolvers<Leg>()
        const end = (error?: ProviderError) =>
          leg.resolve({ model, end: error ? { kind: 'failed', error } : { kind: 'finished', reason: 'stop' } } as Leg)
        const target = {
          answer() {
            const slow = win()
            tooSlow.push(...(slow ?? []).map(({ id }) => id))
            return slow !== null
          },
          end,
          abortedBy: null as ProviderError | null,
        }
        asked.set(model.id, target)
        onAsked.get(model.id)?.()
        return {
          done: leg.promise,
          abort(error) {
            target.abortedBy = error
            end(error)
          },
        }
      },
      relieve: async () => reliefs.shift() ?? null,
      dismiss: () => {},
    },
    first,
    1,
  )
  const target = async (id: string) => {
    if (!asked.has(id)) await new Promise<void>((resolve) => onAsked.set(id, resolve))
    const found = asked.get(id)
    if (!found) throw new Error(`${id} was not asked`)
    return found
  }
  return { done, target, tooSlow }
}

t.test('the first sign decides; whoever had time left is outrun', async (t) => {
  const { done, target, tooSlow } = startRace({ reliefs: [entrant('b')] })
  const [a, b] = [await target('a'), await target('b')]
  t.ok(b.answer())
  t.notOk(a.answer(), 'the other one may not answer any more')
  t.equal(a.abortedBy, OUTRUN)
  t.same(tooSlow, [])
  b.end()
  t.equal((await done).model.id, 'b')
})

t.test('F-15 whoever was silent beyond its patience is given up as too slow when another one answers', async (t) => {
  const { done, target, tooSlow } = startRace({ first: entrant('a', 0), reliefs: [null, entrant('b')] })
  const b = await target('b')
  b.answer()
  t.match((await target('a')).abortedBy, { kind: 'timeout' })
  t.same(tooSlow, ['a'])
  b.end()
  t.equal((await done).model.id, 'b')
})

t.test('F-15 the silent one may still be the first', async (t) => {
  const { done, target } = startRace({ first: entrant('a', 0), reliefs: [entrant('b')] })
  const b = await target('b')
  const a = await target('a')
  a.answer()
  t.equal(b.abortedBy, OUTRUN)
  a.end()
  t.match(await done, { model: { id: 'a' }, end: { kind: 'finished' } })
})

t.test('F-15 for a target that was not asked yet all that are silent are given up', async (t) => {
  const { done, target } = startRace({ first: entrant('a', 0), reliefs: [entrant('b', 0), 'instead'] })
  t.match((await done).end, { kind: 'failed', error: { kind: 'timeout' } })
  for (const id of ['a', 'b']) t.match((await target(id)).abortedBy, { kind: 'timeout' })
})

t.test('where all fail the last one that ended tells why, and nobody is waited for', async (t) => {
  const { done, target } = startRace({ reliefs: [entrant('b')] })
  const b = await target('b')
  const a = await target('a')
  b.end(new ProviderError('overloaded', 'busy'))
  a.end(cut)
  t.match(await done, { model: { id: 'a' }, end: { kind: 'failed', error: cut } })
})

t.test('a relief that comes when it is decided is not asked, and is told so', async (t) => {
  let relieved: (relief: Relief) => void = () => {}
  const dismissed: string[] = []
  const leg = Promise.withResolvers<Leg>()
  const looking = Promise.withResolvers<void>()
  const done = race(
    {
      ask: () => ({ done: leg.promise, abort: () => {} }),
      relieve: () => {
        looking.resolve()
        return new Promise((resolve) => {
          relieved = resolve
        })
      },
      dismiss: ({ model }) => void dismissed.push(model.id),
    },
    entrant('a'),
    1,
  )
  await looking.promise
  leg.resolve({ end: { kind: 'failed', error: cut } } as Leg)
  await leg.promise
  relieved(entrant('b'))
  await done
  t.same(dismissed, ['b'])
})
