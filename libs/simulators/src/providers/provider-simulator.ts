import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Mountable } from '@copilotkit/aimock'
import type { Logger } from 'pino'
import { type AnswerHandlerDeps, handleAnswer } from './answer-handler.ts'
import type { AnswerSource } from './answer-source.ts'
import { anthropicWire } from './anthropic-wire.ts'
import { cohereWire } from './cohere-wire.ts'
import { handleControl } from './control.ts'
import { handleEmbeddings } from './embedding-handler.ts'
import { type EmbeddingWire, embeddingWires } from './embedding-wires.ts'
import { createFaultOrders, type FaultOrders } from './fault-orders.ts'
import { geminiWire } from './gemini-wire.ts'
import { openaiWire } from './openai-wire.ts'
import type { Pace } from './pace.ts'
import { createRequestLog, type ReceivedRequest } from './request-log.ts'
import type { Wire } from './wire.ts'

export interface ProviderSimulatorOptions {
  /** Where the answers come from. */
  answer: AnswerSource
  /** Default: a free port. */
  port?: number
  /** Default: 127.0.0.1. */
  host?: string
  /** Default: no pace, no delay. */
  pace?: Partial<Pace>
  logger?: Logger
}

/** A running simulator. Everything but `close` can also be done over HTTP under `/__simulator` (see the README). */
export interface ProviderSimulator {
  url: string
  /** Base URL for the OpenAI SDK; ends in /v1. */
  openaiUrl: string
  /** Base URL for the Anthropic SDK; the origin. */
  anthropicUrl: string
  /** Base URL for the Google GenAI SDK; the origin. */
  geminiUrl: string
  /** Base URL for the Cohere SDK; the origin. */
  cohereUrl: string
  pid: number
  /** Orders faults for coming requests; they win over what the answer source says. */
  faults: FaultOrders
  /** The last 1000 requests, oldest first. */
  requests(): readonly ReceivedRequest[]
  /** The first request (past or future) that fits; rejects after `timeoutMs` (5000). */
  waitForRequest(predicate: (request: ReceivedRequest) => boolean, timeoutMs?: number): Promise<ReceivedRequest>
  setAnswer(answer: AnswerSource): void
  setPace(pace: Partial<Pace>): void
  /** Requests being answered now. */
  active(): number
  /** Takes no new requests, lets running ones finish for `drainMs` (0), then cuts what is left. */
  close(options?: { drainMs?: number }): Promise<void>
}

/**
 * Starts one server that speaks the chat of OpenAI, Anthropic, Gemini and Cohere, streaming and whole, with tools and
 * faults, and the embeddings of those that have them. aimock serves everything else a vendor offers (models, moderations,
 * files, …) with its defaults.
 */
export async function startProviderSimulator(options: ProviderSimulatorOptions): Promise<ProviderSimulator> {
  let answer = options.answer
  let pace: Pace = { tokensPerSecond: 0, firstTokenMs: 0, ...options.pace }
  const log = createRequestLog()
  const faults = createFaultOrders()
  const closing = new AbortController()
  let active = 0
  let isDraining = false

  const deps: AnswerHandlerDeps = {
    log,
    answer: (request, signal) => answer(request, signal),
    takeFault: ({ provider, model, task }) => faults.take(provider, model, task),
    pace: () => pace,
    closing: closing.signal,
    onError: (error) => options.logger?.error({ err: error }, 'answer source failed'),
  }
  const busyWith = async (work: Promise<void>) => {
    active += 1
    await work.finally(() => {
      active -= 1
      // A kept-alive connection would hold the close back until its time-out.
      if (isDraining) setImmediate(() => server.closeIdleConnections())
    })
    return true
  }
  const answering = (wire?: Wire, embeddingWire?: EmbeddingWire): Mountable => ({
    async handleRequest(request: IncomingMessage, response: ServerResponse, path: string) {
      if (request.method !== 'POST') return false
      if (wire?.isChat(path)) return busyWith(handleAnswer(wire, deps, request, response, path))
      if (embeddingWire?.isEmbedding(path)) return busyWith(handleEmbeddings(embeddingWire, deps, request, response, path))
      return false
    },
  })
  const setPace = (change: Partial<Pace>) => {
    pace = { ...pace, ...change }
  }
  const { server, url } = await createServer([], { port: options.port ?? 0, host: options.host ?? '127.0.0.1', logLevel: 'silent' }, [
    { path: '/v1/chat/completions', handler: answering(openaiWire) },
    { path: '/v1/messages', handler: answering(anthropicWire) },
    { path: '/v1beta/models', handler: answering(geminiWire, embeddingWires.gemini) },
    { path: '/v2/chat', handler: answering(cohereWire) },
    { path: '/v1/embeddings', handler: answering(undefined, embeddingWires.openai) },
    { path: '/v2/embed', handler: answering(undefined, embeddingWires.cohere) },
    {
      path: '/__simulator',
      handler: { handleRequest: (request, response, path) => handleControl({ log, faults, setPace }, request, response, path) },
    },
  ])

  return {
    url,
    openaiUrl: `${url}/v1`,
    anthropicUrl: url,
    geminiUrl: url,
    cohereUrl: url,
    pid: process.pid,
    faults,
    requests: log.requests,
    waitForRequest: log.waitFor,
    setAnswer: (next) => {
      answer = next
    },
    setPace,
    active: () => active,
    async close({ drainMs = 0 } = {}) {
      isDraining = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = () => {
        closing.abort()
        server.closeAllConnections()
      }
      const timer = setTimeout(cut, drainMs)
      await closed
      clearTimeout(timer)
      closing.abort()
    },
  }
}
