import { mock } from 'node:test'
import { encodeFrame, type socketApi } from '@parley/contracts'
import { createLogger } from '@parley/telemetry'
import t from 'tap'
import { followTurn } from './follow-turn.ts'
import type { StoredTurn } from './stored-frames.ts'

const turnId = '0197a000-0000-7000-8000-000000000001'
const message = {
  id: turnId,
  conversationId: turnId,
  parentId: null,
  role: 'assistant',
  text: 'all',
  status: 'completed',
  createdAt: 'now',
} as const
const delta = (seq: number) => encodeFrame({ type: 'turn.delta', turnId, seq, text: `${seq} ` })
const completed = (seq: number) => encodeFrame({ type: 'turn.completed', turnId, seq, message })
const stored = (fields: Partial<StoredTurn>): StoredTurn => ({
  ...{ id: turnId, status: 'running', conversationId: turnId, userMessageId: turnId, assistantMessageId: turnId, text: '', seq: 0 },
  ...fields,
})

/** A bus whose subscribers and kept frames are two different things, which the test plays. */
function world(afterSeq = 0) {
  const kept: Uint8Array[] = []
  const frames: socketApi.TurnFrame[] = []
  const waiting = new Set<() => void>()
  let onFrame: ((bytes: Uint8Array) => void) | null = null
  let onReconnect: (() => void) | null = null
  const state = { ended: 0, loads: 0, replays: 0, stored: stored({}), isConnected: true }
  const follower = followTurn({
    turnId,
    afterSeq,
    logger: createLogger({ name: 'test', level: 'silent' }),
    bus: {
      subscribeLive(_subject, listener) {
        onFrame = listener
        return () => {
          onFrame = null
        }
      },
      async *replayLive() {
        state.replays++
        yield* kept
      },
      onReconnect(listener) {
        onReconnect = listener
        return () => {
          onReconnect = null
        }
      },
      isConnected: () => state.isConnected,
    },
    loadTurn: async () => {
      state.loads++
      return state.stored
    },
    deliver: (bytes) => {
      frames.push(JSON.parse(new TextDecoder().decode(bytes)) as socketApi.TurnFrame)
      for (const look of [...waiting]) look()
    },
    onEnd: () => {
      state.ended++
    },
  })
  t.teardown(() => follower.stop())
  return {
    ...{ follower, kept, state, frames },
    arrive(...list: Uint8Array[]): void {
      for (const bytes of list) onFrame?.(bytes)
    },
    reconnect: () => onReconnect?.(),
    isListening: () => onFrame !== null || onReconnect !== null,
    seqs: () => frames.map(({ seq }) => seq),
    until: (seq: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (frames.some((frame) => frame.seq === seq)) resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

t.test('a new turn costs no replay and no lookup; its end ends everything', async (t) => {
  const { follower, arrive, seqs, state, isListening } = world()
  arrive(delta(1), delta(2))
  t.strictSame(seqs(), [], 'held back')
  follower.open('new')
  arrive(delta(3), completed(4), delta(5))
  t.strictSame(seqs(), [1, 2, 3, 4])
  t.match(state, { ended: 1, loads: 0, replays: 0 })
  t.notOk(isListening())
})

t.test('a resume takes the kept frames first, then what arrived meanwhile', async (t) => {
  const { follower, kept, arrive, seqs, until, state } = world(2)
  kept.push(delta(1), delta(2), delta(3), delta(4))
  arrive(delta(4), delta(5))
  follower.open(stored({ seq: 3, text: 'x' }))
  arrive(delta(6))
  await until(6)
  t.strictSame(seqs(), [3, 4, 5, 6])
  t.equal(state.loads, 0)
})

t.test('a frame lost on its way is fetched from the kept ones, without a restart', async (t) => {
  const { follower, kept, arrive, seqs, frames, until } = world()
  follower.open('new')
  arrive(delta(1))
  kept.push(delta(1), delta(2), delta(3), delta(4))
  arrive(delta(3), delta(4))
  await until(4)
  t.strictSame(seqs(), [1, 2, 3, 4])
  t.notOk(frames.some(({ type }) => type === 'turn.restarted'))
})

t.test('a lost last frame is found in the database after a reconnection', async (t) => {
  const { follower, arrive, reconnect, until, state, seqs } = world()
  follower.open('new')
  arrive(delta(1), delta(2))
  state.stored = stored({ status: 'completed', seq: 2, text: '1 2 ', message })
  reconnect()
  await until(3)
  t.strictSame(seqs(), [1, 2, 3])
  t.equal(state.ended, 1)
})

t.test('F-1 a last frame that was lost with its replica is found in the database within ten seconds', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const { follower, arrive, until, state, seqs } = world()
  follower.open('new')
  arrive(delta(1), delta(2))
  state.stored = stored({ status: 'completed', seq: 2, text: '1 2 ', message })
  mock.timers.tick(9_000)
  await until(3)
  t.strictSame(seqs(), [1, 2, 3])
  t.equal(state.ended, 1)
})

t.test('a database that is ahead of the frames by a moment causes no restart', async (t) => {
  const { follower, arrive, reconnect, until, state, frames, seqs } = world()
  follower.open('new')
  arrive(delta(1))
  state.stored = stored({ seq: 3, text: '1 2 3 ' })
  reconnect()
  await new Promise((resolve) => setImmediate(resolve))
  arrive(delta(2), delta(3))
  await until(3)
  t.strictSame(seqs(), [1, 2, 3])
  t.notOk(frames.some(({ type }) => type === 'turn.restarted'))
})

t.test('an ended turn of which the reader has everything ends at once', async (t) => {
  const { follower, state, isListening } = world(4)
  follower.open(stored({ status: 'completed', seq: 3, text: 'x', message }))
  await new Promise((resolve) => setTimeout(resolve, 10))
  t.equal(state.ended, 1)
  t.notOk(isListening())
})

t.test('stopped means that nothing is delivered any more', async (t) => {
  const { follower, arrive, seqs, isListening, state } = world()
  follower.open('new')
  follower.stop()
  arrive(delta(1))
  t.strictSame(seqs(), [])
  t.notOk(isListening())
  t.equal(state.ended, 0)
})
