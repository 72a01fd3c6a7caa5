import fc from 'fast-check'
import t from 'tap'
import type { ChatMessage, TurnFrame } from './protocol.ts'
import { adoptSnapshot, applyFrame, type LiveTurn, newTurn, rejectTurn } from './turn.ts'

const turnId = '0197a000-0000-7000-8000-000000000001'
const conversationId = '0197a000-0000-7000-8000-000000000002'

const stored = (text: string, status: ChatMessage['status'] = 'completed'): ChatMessage => ({
  id: '0197a000-0000-7000-8000-000000000003',
  conversationId,
  parentId: null,
  role: 'assistant',
  text,
  status,
  createdAt: '2026-11-21T10:00:00.000Z',
})

const delta = (seq: number, text: string, fromSeq?: number): TurnFrame => ({ type: 'turn.delta', turnId, seq, text, fromSeq })
const running = (): LiveTurn => ({ ...newTurn(turnId, conversationId), phase: 'running' })
const applyAll = (frames: TurnFrame[]) => frames.reduce((turn, frame) => applyFrame(turn, frame).turn, running())

t.test('deltas in order make the text', async (t) => {
  const turn = applyAll([delta(1, 'Hel'), delta(2, 'lo'), delta(5, ' to you', 3)])
  t.match(turn, { text: 'Hello to you', seq: 5, phase: 'running' })
})

t.test('a repeated frame changes nothing', async (t) => {
  const turn = applyAll([delta(1, 'a'), delta(2, 'b')])
  const step = applyFrame(turn, delta(2, 'b'))
  t.equal(step.turn, turn)
  t.equal(step.needs, 'nothing')
})

t.test('a frame after a gap is not applied but asks for a resume', async (t) => {
  const turn = applyAll([delta(1, 'a')])
  t.same(applyFrame(turn, delta(3, 'c')), { turn, needs: 'resume' })
})

t.test('a replayed range that overlaps what is known asks for a resume instead of repeating text', async (t) => {
  const turn = applyAll([delta(1, 'a'), delta(2, 'b')])
  t.same(applyFrame(turn, delta(4, 'bcd', 2)), { turn, needs: 'resume' })
})

t.test('a status shows until the next words', async (t) => {
  const waiting = applyAll([delta(1, 'a'), { type: 'turn.status', turnId, seq: 2, status: 'retrying', message: 'Retrying…' }])
  t.equal(waiting.notice, 'Retrying…')
  t.equal(applyFrame(waiting, delta(3, 'b')).turn.notice, null)
})

t.test('the place of a waiting turn shows until it is written, also after a reload', async (t) => {
  const status = { type: 'turn.status', turnId: 't', seq: 1, status: 'waiting', message: 'Waiting', place: 2 } as const
  const waiting = applyFrame(newTurn('t', 'c'), status).turn
  t.equal(waiting.place, 2)
  t.equal(applyFrame(waiting, delta(2, 'a')).turn.place, null)
  const snapshot = { id: 't', conversationId: 'c', userMessageId: 'u', assistantMessageId: 'a', text: '', seq: 0 }
  const reloaded = adoptSnapshot(newTurn('t', null), { ...snapshot, status: 'queued', place: 3 })
  t.match(reloaded, { phase: 'running', place: 3 })
})

t.test('a restart voids the text, even across a gap', async (t) => {
  const turn = applyAll([delta(1, 'wrong'), { type: 'turn.restarted', turnId, seq: 7 }, delta(8, 'right')])
  t.match(turn, { text: 'right', seq: 8 })
})

t.test('the stored message ends the turn with its text, whatever was missed', async (t) => {
  const turn = applyAll([delta(1, 'a'), { type: 'turn.completed', turnId, seq: 9, message: stored('all of it', 'stopped') }])
  t.match(turn, { text: 'all of it', phase: 'stopped', seq: 9 })
  t.equal(applyFrame(turn, delta(10, 'late')).turn, turn, 'nothing comes after the end')
})

t.test('a failure keeps the text so far', async (t) => {
  const error = { code: 'provider_unavailable', message: 'No model answers just now.', retryAfter: 60 }
  const turn = applyAll([delta(1, 'half'), { type: 'turn.failed', turnId, seq: 2, error }])
  t.match(turn, { phase: 'failed', text: 'half', error })
})

t.test('a frame type of a newer server takes its place in the sequence', async (t) => {
  const unknown = { type: 'turn.thought', turnId, seq: 2 } as unknown as TurnFrame
  t.match(applyAll([delta(1, 'a'), unknown, delta(3, 'b')]), { text: 'ab', seq: 3 })
})

t.test('an older snapshot does not take words back', async (t) => {
  const turn = applyAll([delta(1, 'a'), delta(2, 'b'), delta(3, 'c')])
  const snapshot = { id: turnId, conversationId, userMessageId: turnId, assistantMessageId: turnId }
  t.match(adoptSnapshot(turn, { ...snapshot, status: 'running', text: 'ab', seq: 2 }), { text: 'abc', seq: 3 })
  t.match(adoptSnapshot(turn, { ...snapshot, status: 'running', text: 'abcd', seq: 4 }), { text: 'abcd', seq: 4 })
  t.match(adoptSnapshot(turn, { ...snapshot, status: 'completed', text: 'abcde', seq: 6 }), { phase: 'completed', text: 'abcde' })
})

t.test('a refused turn says why', async (t) => {
  t.match(rejectTurn(newTurn(turnId, null), { code: 'quota_exceeded', message: 'That was the last one.' }), {
    phase: 'failed',
    error: { code: 'quota_exceeded' },
  })
})

/** The text that frames 1..seq make, for every seq. */
function textAfterEach(frames: TurnFrame[]): string[] {
  const texts = ['']
  for (const frame of frames) {
    const before = texts.at(-1) ?? ''
    texts.push(frame.type === 'turn.delta' ? before + frame.text : frame.type === 'turn.restarted' ? '' : before)
  }
  return texts
}

/** What a resume brings: everything after `afterSeq`, neighbouring deltas joined as `joins` says. */
function replay(frames: TurnFrame[], afterSeq: number, joins: boolean[]): TurnFrame[] {
  const replayed: TurnFrame[] = []
  for (const frame of frames.slice(afterSeq)) {
    const last = replayed.at(-1)
    if (last?.type === 'turn.delta' && frame.type === 'turn.delta' && joins[frame.seq % joins.length]) {
      replayed[replayed.length - 1] = { ...frame, fromSeq: last.fromSeq ?? last.seq, text: last.text + frame.text }
    } else replayed.push(frame)
  }
  return replayed
}

const script = fc
  .array(fc.oneof({ weight: 12, arbitrary: fc.string({ minLength: 1, maxLength: 4 }) }, fc.constantFrom('STATUS', 'RESTART')), {
    minLength: 1,
    maxLength: 40,
  })
  .map((parts) =>
    parts.map((part, index): TurnFrame => {
      const seq = index + 1
      if (part === 'STATUS') return { type: 'turn.status', turnId, seq, status: 'waiting', message: 'Waiting…' }
      return part === 'RESTART' ? { type: 'turn.restarted', turnId, seq } : delta(seq, part)
    }),
  )

t.test('B3 no loss, no repeat, no reorder: under any delivery the text is what frames 1..seq make, and resumes complete it', async (t) => {
  const delivery = fc.array(fc.record({ at: fc.nat(60), drop: fc.boolean(), repeat: fc.boolean() }), { maxLength: 120 })
  const result = fc.check(
    fc.property(script, delivery, fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }), (frames, deliveries, joins) => {
      const texts = textAfterEach(frames)
      let turn = running()
      const receive = (frame: TurnFrame) => {
        const step = applyFrame(turn, frame)
        turn = step.turn
        if (turn.text !== texts[turn.seq]) throw new Error(`text ${turn.text} is not what ${turn.seq} frames make`)
        return step.needs
      }
      for (const { at, drop, repeat } of deliveries) {
        const frame = frames[at % frames.length]
        if (!frame || drop) continue
        // A gap is answered by a replay that itself may be cut short by the next disconnect.
        if (receive(frame) === 'resume') replay(frames, turn.seq, joins).slice(0, at).forEach(receive)
        if (repeat) receive(frame)
      }
      replay(frames, turn.seq, joins).forEach(receive)
      return turn.text === texts.at(-1) && turn.seq === frames.length
    }),
    { numRuns: 300 },
  )
  t.equal(result.failed, false, fc.defaultReportMessage(result) ?? 'holds')
})
