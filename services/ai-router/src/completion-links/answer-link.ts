import type { LinkCallJson, LinkRequestJson } from '@parley/contracts'
import { encodeRpcError } from '@parley/errors'
import type { PrincipalVerifier } from '@parley/principal'
import { asAppError } from '@parley/service-kit'
import { attributes, extractTrace, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import type { WebSocket } from 'ws'
import { type AdmitDeps, type AdmittedCompletion, admitCompletion } from '../completions/admit-completion.ts'
import { watchCallEnding } from '../completions/call-ending.ts'
import { createPartWriter, type PartWriter } from '../completions/part-writer.ts'
import { createLinkWriter, item, partItem } from './link-writer.ts'

export interface LinkDeps extends AdmitDeps {
  principals: PrincipalVerifier
  logger: Logger
}

/** One link while it is open. */
export interface OpenLink {
  /** Asks the caller for no further calls. */
  leave(): void
}

const PROTOCOL_ERROR = 1002

/** What a reader waits for. Other texts may be gathered with those of other calls. */
const urgent: ReadonlySet<keyof PartWriter> = new Set(['status', 'finished', 'failed'])

/** Answers the calls of one link (completion_links.proto), side by side, until it closes; what then still runs is aborted. */
export function answerLink(deps: LinkDeps, socket: WebSocket, replica: string): OpenLink {
  const { logger, clocks, principals } = deps
  const calls = new Map<number, AbortController>()
  const writer = createLinkWriter(socket)

  socket.on('error', (error) => logger.warn({ err: error }, 'a link broke'))
  socket.once('close', () => {
    for (const caller of calls.values()) caller.abort()
  })
  socket.on('message', (data) => {
    const request = readRequest(String(data))
    if (request?.abort !== undefined) calls.get(request.abort)?.abort()
    else if (request?.call?.number === undefined || calls.has(request.call.number)) socket.close(PROTOCOL_ERROR, 'no LinkRequest')
    else void answer(request.call, request.call.number)
  })
  writer.say({ replica })

  async function answer(call: LinkCallJson, number: number): Promise<void> {
    const caller = new AbortController()
    calls.set(number, caller)
    const parent = extractTrace({ traceparent: call.traceparent, tracestate: call.tracestate })
    const callId = call.request?.callId ?? ''
    const startedMs = performance.now()
    try {
      await withSpan('completion', { kind: SpanKind.SERVER, parent, attributes: { [attributes.callId]: callId } }, async () => {
        const status = await admit(call, number, caller.signal)
        logger.info({ callId, status, durationMs: Math.round(performance.now() - startedMs) }, 'completion')
      })
    } finally {
      calls.delete(number)
    }
  }

  /** Lets the call in, or says why not. */
  async function admit({ request, principal = '' }: LinkCallJson, number: number, caller: AbortSignal): Promise<string> {
    let completion: AdmittedCompletion
    try {
      completion = await admitCompletion(deps, request ?? {}, await principals.verify(principal))
    } catch (thrown) {
      const error = asAppError(thrown)
      logger[error.kind === 'internal' ? 'error' : 'debug']({ err: thrown }, 'a completion was refused')
      void writer.write(item({ call: number, refused: encodeRpcError(error) }), { atOnce: true, signal: caller })
      return error.code
    }
    void writer.write(item({ call: number, accepted: {} }), { atOnce: false, signal: caller })
    return writeAnswer(completion, number, caller)
  }

  async function writeAnswer(completion: AdmittedCompletion, number: number, caller: AbortSignal): Promise<string> {
    const ending = watchCallEnding(caller, clocks.totalMs)
    let hasText = false
    const out = createPartWriter((part, kind) => {
      if (caller.aborted) return undefined
      const atOnce = urgent.has(kind) || (kind === 'text' && !hasText)
      hasText ||= kind === 'text'
      return writer.write(partItem(number, part), { atOnce, signal: ending.signal })
    })
    try {
      await completion.answer(out, ending)
      return caller.aborted ? 'aborted' : 'answered'
    } catch (error) {
      logger.error({ err: error }, 'a completion failed in an unforeseen way')
      void writer.write(item({ call: number, cut: {} }), { atOnce: true, signal: caller })
      return 'cut'
    } finally {
      ending.release()
    }
  }

  return { leave: () => writer.say({ leaving: true }) }
}

function readRequest(text: string): LinkRequestJson | null {
  try {
    return JSON.parse(text) as LinkRequestJson | null
  } catch {
    return null
  }
}
