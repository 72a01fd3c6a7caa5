import type { StreamPart } from '../provider.ts'
import { readAll } from './read-answer.ts'
import { EVERYTHING, WORDS_OF_EVERYTHING } from './requests.ts'
import type { Suite } from './suite.ts'
import { EXPECTED_CALLS } from './vendor-double.ts'

/** Tools, and whatever else a request can bring along. */
export function toolCalls({ vendor, provider, test, scene }: Suite): void {
  scene('C13 calls of tools come with their names, ids and arguments, and finish with tool_calls', { kind: 'tool_calls' }, (t, read) => {
    t.equal(read.error, undefined)
    const calls = callsIn(read.parts)
    t.same(
      calls.map(({ name, written }) => ({ name, arguments: JSON.parse(written) })),
      EXPECTED_CALLS,
    )
    t.equal(new Set(calls.map(({ id }) => id)).size, EXPECTED_CALLS.length, 'every call has an id of its own')
    t.same(read.parts.at(-1), { type: 'finished', reason: 'tool_calls' })
  })
  if (vendor.lastBody) {
    test('C13 tools, calls, results, images and stop words are passed through', async (t) => {
      vendor.play({ kind: 'answer' })
      t.equal((await readAll(provider, EVERYTHING)).error, undefined)
      for (const word of WORDS_OF_EVERYTHING) t.match(vendor.lastBody?.(), word)
    })
  }
}

interface Call {
  id: string
  name: string
  written: string
}

/** The calls of an answer, put together from their pieces. */
function callsIn(parts: StreamPart[]): Call[] {
  const calls: Call[] = []
  for (const part of parts) {
    if (part.type !== 'tool_call') continue
    const known = calls[part.index]
    if (known) known.written += part.arguments
    else calls[part.index] = { id: part.id ?? '', name: part.name ?? '', written: part.arguments }
  }
  return calls
}
