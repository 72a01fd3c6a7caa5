import type { CompletionRequestJson } from '@parley/contracts'
import type { Principal, PrincipalSigner } from '@parley/principal'
import { attributes, injectTrace, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import type { ContextMessage } from '../context/context-window.ts'
import type { Plan } from '../turns/turn.ts'
import { openCompletionLinks } from './completion-links.ts'
import type { TakeParts } from './running-call.ts'

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
   * Makes one call. `take` gets the parts that arrived together, in order; `finished` or `failed` is the last one of a whole
   * answer, and then this resolves. Throws AppError when the call is refused, the ai-router cannot be reached or the answer
   * was cut; the signal's reason when that fires, which ends the call.
   */
  ask(call: CompletionCall, signal: AbortSignal, take: TakeParts): Promise<void>
  close(): void
}

interface CompletionsOptions {
  baseUrl: string
  principals: PrincipalSigner
  logger: Logger
}

export function createCompletions({ baseUrl, principals, logger }: CompletionsOptions): Completions {
  const links = openCompletionLinks({ baseUrl, logger })
  return {
    ask(call, signal, take) {
      const span = { kind: SpanKind.CLIENT, attributes: { [attributes.callId]: call.id } }
      return withSpan('completion', span, async () => {
        const principal = await principals.sign(principalOf(call))
        return links.use((link) => link.ask({ ...injectTrace({}), request: toRequest(call), principal }, signal, take))
      })
    },
    close: links.close,
  }
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
