import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t from 'tap'
import type { TurnWork } from '../turns/turn.ts'
import { type AfterTurn, createAfterTurns } from './after-turns.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const turn = (id: string): TurnWork => ({
  ...{ id, userId: 'user', conversationId: 'conversation', userMessageId: 'question', assistantMessageId: 'answer' },
  ...{ plan: 'free', model: 'auto', isFresh: false, attempt: 1, traceParent: null },
})
const chore = (run: AfterTurn['run']): AfterTurn => ({ kind: 'title', run })

t.test('a few turns are seen to at a time, and all of them in the end', async (t) => {
  let atOnce = 0
  let most = 0
  const seen: string[] = []
  const run: AfterTurn['run'] = async ({ id }) => {
    atOnce += 1
    most = Math.max(most, atOnce)
    await new Promise(setImmediate)
    atOnce -= 1
    seen.push(id)
  }
  const afterTurns = createAfterTurns({ chores: [chore(run)], logger })
  for (let index = 0; index < 50; index += 1) afterTurns.ended(turn(String(index)))
  await afterTurns.settled()
  t.equal(seen.length, 50)
  t.equal(most, 4)
})

t.test('a chore that fails keeps neither the next one nor the next turn from being done', async (t) => {
  const seen: string[] = []
  const failing = chore(() => Promise.reject(new Error('no model')))
  const afterTurns = createAfterTurns({ chores: [failing, chore(async ({ id }) => void seen.push(id))], logger })
  afterTurns.ended(turn('one'))
  afterTurns.ended(turn('two'))
  await afterTurns.settled()
  t.same(seen, ['one', 'two'])
})

t.test('under more than can be done the oldest are forgotten, so that memory is bounded', async (t) => {
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let seen = 0
  const run = async () => {
    await gate
    seen += 1
  }
  const afterTurns = createAfterTurns({ chores: [chore(run)], logger })
  for (let index = 0; index < 2_000; index += 1) afterTurns.ended(turn(String(index)))
  open()
  await afterTurns.settled()
  t.equal(seen, 1_004)
})

t.test('stopping ends what runs and begins nothing more', async (t) => {
  let seen = 0
  const run: AfterTurn['run'] = (_, signal) => {
    seen += 1
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  }
  const afterTurns = createAfterTurns({ chores: [chore(run), chore(run)], logger })
  for (let index = 0; index < 10; index += 1) afterTurns.ended(turn(String(index)))
  await afterTurns.stop()
  afterTurns.ended(turn('late'))
  t.equal(seen, 4)
})

t.test('while answers need all there is nothing is begun, and afterwards all of it', async (t) => {
  const seen: string[] = []
  let isBusy = true
  const afterTurns = createAfterTurns({ chores: [chore(async ({ id }) => void seen.push(id))], isBusy: () => isBusy, logger })
  for (let index = 0; index < 10; index += 1) afterTurns.ended(turn(String(index)))
  await new Promise((resolve) => setImmediate(resolve))
  t.same(seen, [])
  isBusy = false
  await afterTurns.settled()
  t.same(
    seen.toSorted(),
    Array.from({ length: 10 }, (_, index) => String(index)),
  )
})

t.test('what was put off for long is done however busy the process is', async (t) => {
  const seen: string[] = []
  const run: AfterTurn['run'] = async ({ id }) => void seen.push(id)
  const afterTurns = createAfterTurns({ chores: [chore(run)], isBusy: () => true, longestPutOffMs: 20, logger })
  for (let index = 0; index < 10; index += 1) afterTurns.ended(turn(String(index)))
  await waitFor('all to be seen to', () => seen.length === 10)
  t.same(
    seen.toSorted(),
    Array.from({ length: 10 }, (_, index) => String(index)),
  )
})
