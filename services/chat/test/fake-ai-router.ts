import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CompletionPartJson,
  type CompletionRequestJson,
  type CompletionUsageJson,
  completionLink,
  type LinkItemJson,
  type LinkReplyJson,
  type LinkRequestJson,
  type modelsApi,
} from '@parley/contracts'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a script does with one call. */
export interface FakeCall {
  request: CompletionRequestJson
  started(model?: string, provider?: string): void
  text(...deltas: string[]): void
  part(part: CompletionPartJson): void
  finished(usage?: CompletionUsageJson): void
  failed(code: string, message: string): void
  /** Ends the answer in the middle. */
  cut(): void
  /** Resolves when the call is over: answered, or its caller has gone away. */
  gone: Promise<unknown>
  /** Has its caller gone away? */
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
export async function startFakeAiRouter(replica = 'fake') {
  const calls: FakeCall[] = []
  let script: Script = answering('Hello', ' there.')
  let models: Partial<modelsApi.Model>[] | null = null

  const server = createServer((_request, response) => listModels(response))
  const links = new WebSocketServer({ server, path: completionLink.path })
  links.on('connection', serveLink)

  function listModels(response: ServerResponse): void {
    response.writeHead(models ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(models ? { items: models } : {}))
  }

  function serveLink(link: WebSocket): void {
    const aborts = new Map<number, () => void>()
    const say = (reply: LinkReplyJson) => link.send(JSON.stringify(reply))
    link.on('close', () => {
      for (const abort of aborts.values()) abort()
    })
    link.on('message', (data) => {
      const { call, abort = 0 } = JSON.parse(String(data)) as LinkRequestJson
      if (!call) return aborts.get(abort)?.()
      const { number = 0, request = {} } = call
      const ended = Promise.withResolvers<void>()
      let isGone = false
      aborts.set(number, () => {
        isGone = true
        ended.resolve()
      })
      const send = (item: LinkItemJson) => say({ items: [{ call: number, ...item }] })
      const end = (item: LinkItemJson) => {
        aborts.delete(number)
        send(item)
        ended.resolve()
      }
      const answered: FakeCall = {
        request,
        started: (model = 'gpt-test', provider = 'openai') => send({ part: { started: { model, provider } } }),
        text(...deltas) {
          for (const delta of deltas) send({ part: { text: { delta } } })
        },
        part: (part) => send({ part }),
        finished(figures = usage) {
          end({ part: { finished: { reason: 'FINISH_REASON_STOP', model: 'gpt-test', provider: 'openai', usage: figures } } })
        },
        failed: (code, message) => end({ part: { failed: { code, message } } }),
        cut: () => end({ cut: {} }),
        gone: ended.promise,
        isGone: () => isGone,
      }
      calls.push(answered)
      send({ accepted: {} })
      void script(answered)
    })
    say({ replica })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** Connections over which calls come. */
    links: links.clients,
    play(next: Script) {
      script = next
    },
    /** The catalogue; until it is given the ai-router does not know it either. */
    list(next: Partial<modelsApi.Model>[]) {
      models = next
    },
    /** Asks for no further calls. */
    leave() {
      for (const link of links.clients) link.send(JSON.stringify({ leaving: true } satisfies LinkReplyJson))
    },
    /** Breaks all connections over which calls came. */
    breakLinks() {
      for (const link of links.clients) link.terminate()
    },
    async close() {
      for (const link of links.clients) link.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type FakeAiRouter = Awaited<ReturnType<typeof startFakeAiRouter>>
