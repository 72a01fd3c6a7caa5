import { ProviderError } from './provider-error.ts'

/** One server-sent event. `type` is '' when the vendor names none. */
export interface ServerSentEvent {
  type: string
  data: string
}

/** A single event beyond this is no token of a chat. Bounds what a vendor can make us hold. */
const EVENT_LIMIT_CHARACTERS = 16 * 1024 * 1024

const CARRIAGE_RETURN = 13
const LINE_FEED = 10
const DATA = 'data: '

/**
 * Splits a byte stream into server-sent events, wherever the network cut it (WHATWG HTML, section 9.2). Events without
 * data and an event that is not ended by an empty line are dropped, as the standard says; `id` and `retry` are of no use
 * here. Lines end in LF or CRLF: no vendor ends them in a bare CR.
 *
 * @param take gets each event as soon as it is whole; what it throws comes out of `push`
 */
export function createSseSplitter(take: (event: ServerSentEvent) => void): { push(bytes: Uint8Array): void } {
  const decoder = new TextDecoder()
  /** Of the line that is not whole yet. Joined when it is: a large one would otherwise be copied with every piece. */
  let pieces: string[] = []
  let waitingCharacters = 0
  let type = ''
  let data: string | undefined

  const endEvent = () => {
    const whole = data
    const event = type
    type = ''
    data = undefined
    if (whole !== undefined) take({ type: event, data: whole })
  }

  const takeLine = (line: string) => {
    if (line === '') {
      endEvent()
      return
    }
    // A line that begins with a colon is a comment: its field is '' and fits neither.
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field === 'event') type = value
  }

  return {
    push(bytes) {
      const text = decoder.decode(bytes, { stream: true })
      let start = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        // Nearly all events are one line of data and an empty one: those are cut out in one piece.
        if (pieces.length === 0 && data === undefined && isWholeEvent(text, start, end)) {
          data = text.slice(start + DATA.length, end)
          start = end + 2
          endEvent()
          continue
        }
        const last = text.slice(start, end)
        const line = pieces.length === 0 ? last : pieces.join('') + last
        pieces = []
        waitingCharacters = 0
        start = end + 1
        takeLine(line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line)
      }
      if (start < text.length) {
        pieces.push(start === 0 ? text : text.slice(start))
        waitingCharacters += text.length - start
      }
      if (waitingCharacters + (data?.length ?? 0) > EVENT_LIMIT_CHARACTERS)
        throw new ProviderError('malformed', 'one event is larger than 16 MiB')
    },
  }
}

/** Is the line from `start` to `end` data, with an empty one behind it? */
const isWholeEvent = (text: string, start: number, end: number): boolean =>
  text.charCodeAt(end + 1) === LINE_FEED && text.charCodeAt(end - 1) !== CARRIAGE_RETURN && text.startsWith(DATA, start)
