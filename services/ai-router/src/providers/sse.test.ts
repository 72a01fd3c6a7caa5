import t from 'tap'
import { createSseSplitter, type ServerSentEvent } from './sse.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function split(text: string, size = Number.POSITIVE_INFINITY): ServerSentEvent[] {
  const events: ServerSentEvent[] = []
  const splitter = createSseSplitter((event) => events.push(event))
  const whole = bytes(text)
  for (let start = 0; start < whole.length; start += size) splitter.push(whole.subarray(start, start + size))
  return events
}

const STREAM =
  ': comment\n\nevent: a\ndata: {"text":"Grüße 👋"}\n\ndata:one\r\ndata:  two\r\n\r\nid: 7\nretry: 1\nevent: empty\n\ndata\n\ndata: three\r\n\ndata: four\n\ndata: cut off'

t.test('the events are the same wherever the network cut the bytes', async (t) => {
  const expected = [
    { type: 'a', data: '{"text":"Grüße 👋"}' },
    { type: '', data: 'one\n two' },
    { type: '', data: '' },
    { type: '', data: 'three' },
    { type: '', data: 'four' },
  ]
  for (let size = 1; size <= bytes(STREAM).length; size += 1) t.same(split(STREAM, size), expected, `in pieces of ${size}`)
})

t.test('a byte order mark at the beginning is none of the data', async (t) => {
  t.same(split('\ufeffdata: x\n\n'), [{ type: '', data: 'x' }])
})

t.test('an event that never ends is refused before it fills the memory', async (t) => {
  const splitter = createSseSplitter(() => undefined)
  const piece = bytes(`data: ${'x'.repeat(1024 * 1024)}`)
  const fill = () => {
    for (let count = 0; count < 64; count += 1) splitter.push(piece)
  }
  t.throws(fill, /larger than 16 MiB/)
})
