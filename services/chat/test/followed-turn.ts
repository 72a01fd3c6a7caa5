import { liveTurnSubject, type socketApi } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { waitFor } from '@parley/testing'

/** A reader of one turn, from before it begins: keeps every frame and puts the text together as the contract says. */
export function followTurn(bus: Bus, turnId: string) {
  const frames: socketApi.TurnFrame[] = []
  const unsubscribe = bus.subscribeLive(liveTurnSubject(turnId), (bytes) => {
    frames.push(JSON.parse(new TextDecoder().decode(bytes)) as socketApi.TurnFrame)
  })

  const last = () => frames.find(({ type }) => type === 'turn.completed' || type === 'turn.failed')
  return {
    frames,
    stop: unsubscribe,
    text: () => textOf(frames),
    /** Numbers that were skipped or came twice; a replayed frame may cover several. */
    disorder: () => disorderOf(frames),
    untilText: (text: string) => waitFor(`the text '${text}'`, () => textOf(frames) === text),
    untilType: (type: socketApi.TurnFrame['type']) => waitFor(type, () => frames.find((frame) => frame.type === type)),
    untilStatus: (status: string) =>
      waitFor(`status ${status}`, () => frames.find((frame) => frame.type === 'turn.status' && frame.status === status)),
    untilLast: () => waitFor('the last frame', last),
  }
}

export type FollowedTurn = ReturnType<typeof followTurn>

function textOf(frames: socketApi.TurnFrame[]): string {
  let text = ''
  for (const frame of frames) {
    if (frame.type === 'turn.delta') text += frame.text
    if (frame.type === 'turn.restarted') text = ''
  }
  return text
}

function disorderOf(frames: socketApi.TurnFrame[]): string[] {
  const found: string[] = []
  let expected = 1
  for (const frame of frames) {
    const first = frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
    if (first !== expected) found.push(`${frame.type} begins at ${first} instead of ${expected}`)
    expected = frame.seq + 1
  }
  return found
}
