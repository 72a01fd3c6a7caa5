import { join } from 'node:path'
import type { WireFixtures } from './fixture-vendor.ts'

/** The text in JSON that a pattern finds in an event. */
const textBy = (pattern: RegExp) => (event: string) => {
  const text = pattern.exec(event)?.[1]
  return text === undefined ? undefined : (JSON.parse(`"${text}"`) as string)
}
const directoryOf = (vendor: string) => join(import.meta.dirname, '..', vendor, 'fixtures')
const usage = { inputTokens: 21, cachedInputTokens: 8, outputTokens: 14 }

export const openaiWire: WireFixtures = {
  directory: directoryOf('openai'),
  basePath: '/v1',
  textOf: textBy(/"delta":\{"content":"((?:[^"\\]|\\.)+)"/),
  usage,
  figure: /("(?:prompt|completion|cached)_tokens":)\d+/g,
  start: /"role":"assistant"/,
  finish: /"finish_reason":"/,
  embeddingTokens: 9,
}
export const anthropicWire: WireFixtures = {
  directory: directoryOf('anthropic'),
  basePath: '',
  textOf: textBy(/"text_delta","text":"((?:[^"\\]|\\.)+)"/),
  usage,
  figure: /("(?:cache_creation_input|cache_read_input|input|output)_tokens":)\d+/g,
  start: /"message_start"/,
  finish: /"message_delta"/,
}
export const geminiWire: WireFixtures = {
  directory: directoryOf('gemini'),
  basePath: '',
  textOf: textBy(/"parts":\[\{"text":"((?:[^"\\]|\\.)+)"\}/),
  usage,
  figure: /("(?:prompt|candidates|thoughts|cachedContent)TokenCount":)\d+/g,
  finish: /"finishReason"/,
}
export const cohereWire: WireFixtures = {
  directory: directoryOf('cohere'),
  basePath: '',
  textOf: textBy(/"content":\{"text":"((?:[^"\\]|\\.)+)"/),
  usage,
  figure: /("(?:input|output|cached)_tokens":)\d+/g,
  start: /"message-start"/,
  finish: /"message-end"/,
  embeddingTokens: 9,
}
