import type { LinkItemJson, LinkReplyJson } from '@parley/contracts'
import type { WebSocket } from 'ws'
import { createPace } from '../completions/pace.ts'

/** The way out of one link, for all its calls. */
export interface LinkWriter {
  /**
   * Says something of a call: `item` is the JSON of a LinkItem. What comes within GATHER_MS of a message is the next one, which
   * leaves early where something is to leave `atOnce`. Resolves when there is room for more; undefined when there is room at
   * once, also when the reader is gone or `signal` fires.
   */
  write(item: string, options: { atOnce: boolean; signal: AbortSignal }): Promise<void> | undefined
  say(reply: LinkReplyJson): void
}

/** Between two messages while many come: far below what a reader notices, and at five thousand tokens a second one message for ten. */
const GATHER_MS = 2
/** So much is gathered at most. */
const MESSAGE_CHARACTERS = 65_536
/** So much may wait for the network: then everybody on the link waits. */
const BUFFER_BYTES = 1024 * 1024

const options = { binary: false, compress: false }

export function createLinkWriter(socket: WebSocket): LinkWriter {
  let waiting: string[] = []
  let characters = 0
  const held = new Set<() => void>()

  const isFull = () => socket.readyState === socket.OPEN && socket.bufferedAmount > BUFFER_BYTES

  function letOn(): void {
    if (!isFull()) for (const goOn of [...held]) goOn()
  }

  function send(): void {
    if (waiting.length > 0 && socket.readyState === socket.OPEN) socket.send(`{"items":[${waiting.join()}]}`, options, letOn)
    waiting = []
    characters = 0
  }

  const pace = createPace(GATHER_MS, send)

  const untilRoom = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const goOn = () => {
        held.delete(goOn)
        signal.removeEventListener('abort', goOn)
        resolve()
      }
      held.add(goOn)
      signal.addEventListener('abort', goOn)
    })

  socket.once('close', () => {
    pace.stop()
    letOn()
  })

  return {
    write(item, { atOnce, signal }) {
      waiting.push(item)
      characters += item.length
      if (characters > MESSAGE_CHARACTERS) pace.now()
      else pace.soon(atOnce)
      return isFull() && !signal.aborted ? untilRoom(signal) : undefined
    },
    say(reply) {
      pace.now()
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(reply), options)
    },
  }
}

/** The JSON of what is said of a call, from that of its part. */
export const partItem = (call: number, part: string): string => `{"call":${call},"part":${part}}`

export const item = (said: LinkItemJson): string => JSON.stringify(said)
