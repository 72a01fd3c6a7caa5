import type { Readable } from 'node:stream'
import type { CompletionPartJson, CompletionRequestJson } from '@parley/contracts'
import type { Principal, PrincipalSigner } from '@parley/principal'
import { createHttpClient } from '@parley/service-kit'
import type { ContextMessage } from '../context/context-window.ts'
import type { Plan } from '../turns/turn.ts'
import { readLines } from './ndjson.ts'

/** The ai-router answers its headers as soon as it has accepted the call; a provider's slowness comes after them. */
const ACCEPT_TIMEOUT_MS = 10_000

export interface CompletionCall {
  id: string
  turnId: string
  userId: string
  plan: Plan
  model: string
  system: string
  messages: ContextMessage[]
  /** Text of the same answer that readers have seen: the model goes on from its last character. */
  prefill: string
  /** An answer of its own is wanted, also where one to the same request is kept. */
  fresh?: boolean
  /** Left out, the answer of a turn, which its user pays for. */
  purpose?: 'title' | 'summary'
}

export interface Completions {
  /**
   * Opens one call and yields the parts that arrived together, as the ai-router sent them. Aborting `signal` ends the
   * call. Throws AppError when the call is refused or the ai-router cannot be reached; a stream that ends without
   * `finished` or `failed` was cut.
   */
  open(call: CompletionCall, signal: AbortSignal): AsyncIterable<CompletionPartJson[]>
  close(): Promise<void>
}

export function createCompletions({ baseUrl, principals }: { baseUrl: string; principals: PrincipalSigner }): Completions {
  const client = createHttpClient({ baseUrl, name: 'ai-router', principals })
  return {
    async *open(call, signal) {
      const { body } = await client.stream('POST', '/internal/completions', {
        body: toRequest(call),
        principal: principalOf(call),
        headers: { accept: 'application/x-ndjson' },
        timeoutMs: ACCEPT_TIMEOUT_MS,
        signal,
      })
      let hasEnded = false
      try {
        for await (const lines of readLines(body.iterator({ destroyOnReturn: false }))) {
          const parts = lines.map((line) => JSON.parse(line) as CompletionPartJson)
          hasEnded = parts.some(({ finished, failed }) => finished || failed)
          yield parts
        }
      } finally {
        // Only once its end has been read does the connection serve the next call.
        if (hasEnded) drain(body)
        else body.destroy()
      }
    },
    close: () => client.close(),
  }
}

function drain(body: Readable): void {
  body.on('error', () => {})
  body.resume()
}

const purposes = { title: 'CALL_PURPOSE_TITLE', summary: 'CALL_PURPOSE_SUMMARY' } as const

function toRequest({ id, messages, purpose, ...call }: CompletionCall): CompletionRequestJson {
  return {
    ...call,
    purpose: purpose ? purposes[purpose] : 'CALL_PURPOSE_ANSWER',
    callId: id,
    messages: messages.map(({ role, text }) => ({ role: role === 'user' ? 'ROLE_USER' : 'ROLE_ASSISTANT', text })),
  }
}

/** Chat asks on the user's behalf, also long after the user's own request is over. */
function principalOf({ userId, plan }: CompletionCall): Principal {
  return { userId, role: plan === 'admin' ? 'admin' : 'user', plan: plan === 'free' ? 'free' : 'pro', sessionId: '' }
}
