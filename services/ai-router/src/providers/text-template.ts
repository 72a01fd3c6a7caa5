import type { StreamPart } from './provider.ts'
import type { ServerSentEvent } from './sse.ts'

/** Knows events that differ from an earlier one in their text alone, which are most of a stream, without parsing them. */
export interface TextTemplate {
  /** The text of such an event; undefined for any other, which has to be read. */
  textIn(event: ServerSentEvent): string | undefined
  /** Takes an event that was read and held nothing but this text for a model of those to come. */
  learn(event: ServerSentEvent, text: string): void
}

/** Vendors whose events differ in more than their text (an id, a sequence number) are not tried for ever. */
const MAX_TRIALS = 8

const PROBE = '\u{1f50e} probe'

/** In a string of JSON these stand for something else, or end it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside of strings.
const NOT_ITSELF = /["\\\u0000-\u001f]/
/** A longer piece cut out of a string keeps the whole string alive. */
const LONGEST_COPY_CHARACTERS = 12

/**
 * @param read what an event holds, by the reader itself: an event is a model only if the reader finds another text, put in the
 * place of its own, to be all that changes. Reading an event that is nothing but text must change nothing else
 */
export function createTextTemplate(read: (event: ServerSentEvent) => readonly StreamPart[]): TextTemplate {
  let known: { type: string; before: string; behind: string } | undefined
  let trials = 0

  return {
    textIn({ type, data }) {
      if (!known || type !== known.type) return undefined
      const { before, behind } = known
      const from = before.length
      const to = data.length - behind.length
      // Slices are compared by the machine word; `startsWith` and `endsWith` go by the character and take seven times as long.
      if (to <= from || data.slice(0, from) !== before || data.slice(to) !== behind) return undefined
      const text = data.slice(from, to)
      if (text.length <= LONGEST_COPY_CHARACTERS && !NOT_ITSELF.test(text)) return text
      return stringIn(`"${text}"`)
    },

    learn({ type, data }, text) {
      if (trials >= MAX_TRIALS) return
      trials += 1
      const literal = JSON.stringify(text)
      const at = data.indexOf(literal)
      // The vendor escapes it in another way.
      if (at < 0) return
      const before = data.slice(0, at + 1)
      const behind = data.slice(at + literal.length - 1)
      const [part, ...others] = read({ type, data: before + PROBE + behind })
      if (part?.type === 'text' && part.text === PROBE && others.length === 0) known = { type, before, behind }
    },
  }
}

/** The one string that this is in JSON; undefined when it is more than one, or none, or empty. */
function stringIn(json: string): string | undefined {
  try {
    return String(JSON.parse(json)) || undefined
  } catch {
    return undefined
  }
}
