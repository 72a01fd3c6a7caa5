import { liveTurnSubject, type socketApi } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { waitFor } from '@parley/testing'

/** A reader of one turn, from before it begins: keeps every frame and puts the text together as the contract says. */
export function followTurn(bus: Bus, turnId: string) {
  const frames: socketApi.TurnFrame[] = []
  const subject = liveTurnSubject(turnId)
  const read = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as socketApi.TurnFrame
  /** Live frames that came while what was missed is read. */
  let held: socketApi.TurnFrame[] | undefined
  const stopListening = bus.subscribeLive(subject, (bytes) => (held ?? frames).push(read(bytes)))

  /** The server may be back for the writer before it is for this reader. */
  async function catchUp(): Promise<void> {
    held = []
    const missed: socketApi.TurnFrame[] = []
    for await (const bytes of bus.replayLive(subject)) missed.push(read(bytes))
    for (const frame of [...missed, ...held]) if (frame.seq > (frames.at(-1)?.seq ?? 0)) frames.push(frame)
    held = undefined
  }
  const stopWatching = bus.onReconnect(() => void catchUp().catch(() => {}))
  const unsubscribe = () => {
    stopWatching()
    stopListening()
  }

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
