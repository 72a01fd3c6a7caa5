import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type { CompletionPartJson, CompletionRequestJson, CompletionUsageJson, modelsApi } from '@parley/contracts'

/** What a script does with one call. */
export interface FakeCall {
  request: CompletionRequestJson
  started(model?: string, provider?: string): void
  text(...deltas: string[]): void
  part(part: CompletionPartJson): void
  finished(usage?: CompletionUsageJson): void
  failed(code: string, message: string): void
  /** What `finished` and `failed` do by themselves. */
  end(): void
  /** Breaks the connection in the middle of the answer. */
  cut(): void
  /** Resolves when the caller has gone away. */
  gone: Promise<unknown>
  isGone(): boolean
}

export type Script = (call: FakeCall) => Promise<void> | void

export const usage: CompletionUsageJson = { inputTokens: '10', outputTokens: '5', costMicroUsd: '1234', priceId: 'p1' }

/** An answer like those of a real model: some words, then its figures. */
export const answering =
  (...words: string[]): Script =>
  (call) => {
    call.started()
    for (const word of words) call.text(word)
    call.finished()
  }

/** Speaks the ai-router's wire format from a script, and remembers what it was asked. */
export async function startFakeAiRouter() {
  const calls: FakeCall[] = []
  const sockets = new Set<Socket>()
  let script: Script = answering('Hello', ' there.')
  let models: Partial<modelsApi.Model>[] | null = null

  const server = createServer((request, response) => {
    if (request.method === 'GET') listModels(response)
    else void handle(request, response)
  })

  function listModels(response: ServerResponse): void {
    response.writeHead(models ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(models ? { items: models } : {}))
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    sockets.add(incoming.socket)
    const request = JSON.parse(await readText(incoming)) as CompletionRequestJson
    const send = (part: CompletionPartJson) => response.write(`${JSON.stringify(part)}\n`)
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    const call: FakeCall = {
      request,
      started: (model = 'gpt-test', provider = 'openai') => send({ started: { model, provider } }),
      text(...deltas) {
        for (const delta of deltas) send({ text: { delta } })
      },
      part: send,
      finished(figures = usage) {
        send({ finished: { reason: 'FINISH_REASON_STOP', model: 'gpt-test', provider: 'openai', usage: figures } })
        response.end()
      },
      failed(code, message) {
        send({ failed: { code, message } })
        response.end()
      },
      end: () => void response.end(),
      cut: () => response.destroy(),
      gone: once(response, 'close'),
      isGone: () => response.closed && !response.writableFinished,
    }
    calls.push(call)
    await script(call)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** Connections over which calls came. */
    sockets,
    play(next: Script) {
      script = next
    },
    /** The catalogue; until it is given the ai-router does not know it either. */
    list(next: Partial<modelsApi.Model>[]) {
      models = next
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type FakeAiRouter = Awaited<ReturnType<typeof startFakeAiRouter>>
