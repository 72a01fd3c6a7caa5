import { ProviderError } from './provider-error.ts'

/** One server-sent event. `type` is '' when the vendor names none. */
export interface ServerSentEvent {
  type: string
  data: string
}

/** A single event beyond this is no token of a chat. Bounds what a vendor can make us hold. */
const EVENT_LIMIT_CHARACTERS = 16 * 1024 * 1024

const CARRIAGE_RETURN = 13

/**
 * Splits a byte stream into server-sent events, wherever the network cut it (WHATWG HTML, section 9.2). Events without
 * data and an event that is not ended by an empty line are dropped, as the standard says; `id` and `retry` are of no use
 * here. Lines end in LF or CRLF: no vendor ends them in a bare CR.
 */
export function createSseSplitter(): { push(bytes: Uint8Array): ServerSentEvent[] } {
  const decoder = new TextDecoder()
  let rest = ''
  let type = ''
  let data: string | undefined

  const takeLine = (line: string) => {
    // A line that begins with a colon is a comment: its field is '' and fits neither.
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field === 'event') type = value
  }

  return {
    push(bytes) {
      const events: ServerSentEvent[] = []
      // What was left over holds no line end: only the new text is searched.
      let searchFrom = rest.length
      rest += decoder.decode(bytes, { stream: true })
      let start = 0
      for (let end = rest.indexOf('\n', searchFrom); end >= 0; end = rest.indexOf('\n', searchFrom)) {
        const line = rest.slice(start, end > start && rest.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end)
        start = end + 1
        searchFrom = start
        if (line !== '') {
          takeLine(line)
          continue
        }
        if (data !== undefined) events.push({ type, data })
        type = ''
        data = undefined
      }
      rest = rest.slice(start)
      if (rest.length + (data?.length ?? 0) > EVENT_LIMIT_CHARACTERS)
        throw new ProviderError('malformed', 'one event is larger than 16 MiB')
      return events
    },
  }
}
