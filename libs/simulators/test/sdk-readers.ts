import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
import type { Test } from 'tap'
import { type ProviderSimulator, startProviderSimulator } from '../src/providers/provider-simulator.ts'
import { scriptedAnswers } from '../src/providers/scripted-answers.ts'
import { seededText } from '../src/providers/seeded-text.ts'

export const PROMPT = 'Tell me about rivers [[tokens=30 seed=5]]'
export const TEXT = seededText(30, 5)

export interface World {
  simulator: ProviderSimulator
  openai: OpenAI
  anthropic: Anthropic
  gemini: GoogleGenAI
  cohere: CohereClientV2
}

export async function world(test: Test): Promise<World> {
  const simulator = await startProviderSimulator({ answer: scriptedAnswers() })
  test.teardown(() => simulator.close())
  return {
    simulator,
    openai: new OpenAI({ apiKey: 'test', baseURL: simulator.openaiUrl, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey: 'test', baseURL: simulator.anthropicUrl, maxRetries: 0 }),
    gemini: new GoogleGenAI({ apiKey: 'test', apiVersion: 'v1beta', vertexai: false, httpOptions: { baseUrl: simulator.geminiUrl } }),
    cohere: new CohereClientV2({ token: 'test', baseUrl: simulator.cohereUrl, maxRetries: 0, timeoutInSeconds: 5 }),
  }
}

/** What a reader of the stream saw, and how it ended. */
export interface Seen {
  text: string
  finish?: string | null
  usage?: { input: number; output: number }
  error?: unknown
}

export async function askOpenai({ openai }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
    })
    for await (const { choices, usage } of stream) {
      seen.text += choices[0]?.delta.content ?? ''
      seen.finish = choices[0]?.finish_reason ?? seen.finish
      if (usage) seen.usage = { input: usage.prompt_tokens, output: usage.completion_tokens }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

export async function askAnthropic({ anthropic }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await anthropic.messages.create({
      model: 'claude-haiku',
      max_tokens: 1000,
      messages: [{ role: 'user', content: prompt }],
      stream: true,
    })
    let input = 0
    for await (const event of stream) {
      if (event.type === 'message_start') input = event.message.usage.input_tokens
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') seen.text += event.delta.text
      if (event.type === 'message_delta') {
        seen.finish = event.delta.stop_reason
        seen.usage = { input, output: event.usage.output_tokens }
      }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

export async function askGemini({ gemini }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await gemini.models.generateContentStream({ model: 'gemini-flash', contents: prompt })
    for await (const { candidates, usageMetadata } of stream) {
      seen.text += candidates?.[0]?.content?.parts?.map(({ text }) => text).join('') ?? ''
      seen.finish = candidates?.[0]?.finishReason ?? seen.finish
      seen.usage = { input: usageMetadata?.promptTokenCount ?? -1, output: usageMetadata?.candidatesTokenCount ?? -1 }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

export async function askCohere({ cohere }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await cohere.chatStream({ model: 'command', messages: [{ role: 'user', content: prompt }] })
    for await (const event of stream) {
      if (event.type === 'content-delta') seen.text += event.delta?.message?.content?.text ?? ''
      if (event.type !== 'message-end') continue
      seen.finish = event.delta?.finishReason
      const { inputTokens = -1, outputTokens = -1 } = event.delta?.usage?.billedUnits ?? {}
      seen.usage = { input: inputTokens, output: outputTokens }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

export const statusOf = (seen: Seen) =>
  seen.error instanceof OpenAI.APIError || seen.error instanceof Anthropic.APIError ? seen.error.status : undefined
