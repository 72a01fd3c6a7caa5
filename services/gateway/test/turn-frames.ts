import { encodeFrame, liveTurnSubject, type socketApi } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { FakeChat } from './fake-chat.ts'

/** Plays the chat service's part in one turn: publishes its frames, one word each, and stores the text like chat does. */
export function playTurn(bus: Bus, chat: FakeChat, turnId: string) {
  let seq = 0
  let text = ''
  const publish = (frame: socketApi.TurnFrame) => bus.publishLive(liveTurnSubject(turnId), encodeFrame(frame))
  const store = (fields: object = {}) => {
    const turn = chat.turns.get(turnId)
    if (turn) chat.turns.set(turnId, { ...turn, text, seq, ...fields })
  }
  const nextWord = () => {
    seq += 1
    const word = `word${seq} `
    text += word
    return word
  }
  return {
    get text() {
      return text
    },
    get seq() {
      return seq
    },
    say(words: number): void {
      for (let i = 0; i < words; i++) {
        const word = nextWord()
        publish({ type: 'turn.delta', turnId, seq, text: word })
      }
    },
    /** Words that were written while nobody could be reached. */
    sayUnheard(words: number): void {
      for (let i = 0; i < words; i++) nextWord()
    },
    /** One frame for several words. */
    sayAtOnce(words: number): void {
      const fromSeq = seq + 1
      const said = Array.from({ length: words }, nextWord).join('')
      publish({ type: 'turn.delta', turnId, seq, text: said, fromSeq })
    },
    /** As the next owner of a turn does whose owner was lost: the numbers that one may still give are covered by a frame without text. */
    leaveNumbers(count: number): void {
      const fromSeq = seq + 1
      seq += count + 1
      store({ leftOut: { first: fromSeq, last: seq - 1 } })
      publish({ type: 'turn.delta', turnId, seq, text: '', fromSeq })
    },
    publish,
    store,
    end(isHeard = true): void {
      const turn = chat.turns.get(turnId)
      if (!turn) throw new Error('this turn was never started')
      const message = {
        ...{ id: turn.assistantMessageId, conversationId: turn.conversationId, parentId: turn.userMessageId, turnId },
        ...{ role: 'assistant' as const, text, status: 'completed' as const, model: 'm', createdAt: new Date().toISOString() },
      }
      store({ status: 'completed', message })
      if (isHeard) publish({ type: 'turn.completed', turnId, seq: seq + 1, message })
    },
  }
}

export const oneTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i)
