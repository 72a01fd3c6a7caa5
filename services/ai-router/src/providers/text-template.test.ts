import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { createAnthropicReader } from './anthropic/anthropic-events.ts'
import { createCohereReader } from './cohere/cohere-events.ts'
import type { EventReader } from './event-stream.ts'
import { createGeminiReader } from './gemini/gemini-events.ts'
import { createOpenaiReader } from './openai/openai-events.ts'
import type { StreamPart } from './provider.ts'
import { createTextTemplate } from './text-template.ts'

const TEXTS = [' word', ' hé', '"quoted"', 'a\nb', '\\', ' \u{1f44b}', ' longer than what is copied', '\u2028', ' x"},{"content":"y']

function templateOf(reader: EventReader, first: string, text: string, type = '') {
  const read = (data: string): StreamPart[] => {
    const parts: StreamPart[] = []
    reader.read({ type, data }, parts)
    return parts
  }
  read(first)
  const template = createTextTemplate(({ data }) => read(data))
  template.learn({ type, data: first }, text)
  return { textIn: (data: string) => template.textIn({ type, data }), read }
}

const openaiChunk = (text: string, more = '') =>
  `{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]${more}}`

t.test('what is taken from an event unread is what its reader finds, whatever the text', async (t) => {
  const wires = [
    { reader: createOpenaiReader(), type: '', event: openaiChunk },
    {
      ...{ reader: createAnthropicReader(), type: 'content_block_delta' },
      event: (text: string) => `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}`,
    },
    {
      ...{ reader: createCohereReader('m'), type: 'content-delta' },
      event: (text: string) => `{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":${JSON.stringify(text)}}}}}`,
    },
    {
      ...{ reader: createGeminiReader(), type: '' },
      event: (text: string) =>
        `{"candidates":[{"content":{"parts":[{"text":${JSON.stringify(text)}}],"role":"model"}}],"modelVersion":"m"}`,
    },
  ]
  for (const { reader, type, event } of wires) {
    const { textIn, read } = templateOf(reader, event('Hello'), 'Hello', type)
    for (const [index, text] of TEXTS.entries()) {
      t.ok(isDeepStrictEqual(read(event(text)), [{ type: 'text', text }]))
      t.ok(textIn(event(text)) === text, `text ${index} of ${event('…')}`)
    }
  }
})

t.test('an event that says more is left to the reader', async (t) => {
  const { textIn } = templateOf(createOpenaiReader(), openaiChunk('Hello'), 'Hello')
  t.equal(textIn(openaiChunk('x', ',"usage":{"prompt_tokens":1}')), undefined)
  t.equal(textIn(openaiChunk('x').replace('null', '"stop"')), undefined)
  t.equal(textIn(openaiChunk('x').replace('"index":0', '"index":1')), undefined)
  t.equal(textIn(openaiChunk('')), undefined, 'no text is no part')
  t.equal(textIn('[DONE]'), undefined)
  t.equal(textIn(openaiChunk('x').replace('"x"', '"x","refusal":"y"')), undefined, 'two fields in the place of one')
  t.equal(textIn(openaiChunk('x').replace('"x"', '"x')), undefined, 'broken JSON')
})

t.test('a text that stands elsewhere in the event too is not mistaken', async (t) => {
  const event = (text: string) => `{"model":"m","choices":[{"delta":{"content":${JSON.stringify(text)}}}]}`
  const { textIn } = templateOf(createOpenaiReader(), event('m'), 'm')
  t.equal(textIn(event('x')), undefined, 'the first place is the model’s name: nothing is learned')
  t.equal(textIn('{"model":"n","choices":[{"delta":{"content":"m"}}]}'), undefined)
})

t.test('a vendor whose events all differ is not tried for ever', async (t) => {
  let reads = 0
  const template = createTextTemplate(() => {
    reads += 1
    return []
  })
  for (let id = 0; id < 100; id += 1) template.learn({ type: '', data: `{"id":${id},"text":"x"}` }, 'x')
  t.ok(reads <= 8, `${reads} trials`)
})
