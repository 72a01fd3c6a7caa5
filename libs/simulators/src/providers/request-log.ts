import type { AnswerRequest, Fault } from './answer-source.ts'

/** How a request ended: `aborted` means that the client went away before the end. */
export type RequestOutcome = 'running' | 'completed' | 'aborted' | 'rejected' | Fault['kind']

/** One request as it was received, and what became of it. */
export interface ReceivedRequest extends AnswerRequest {
  /** 1 for the first request since the start. */
  number: number
  receivedAt: Date
  stream: boolean
  outcome: RequestOutcome
  inputTokens: number
  /** Tokens written so far. */
  outputTokens: number
}

const KEPT_REQUESTS = 1000
/** A request may bring a whole book along. */
const KEPT_CHARACTERS = 32_000_000

/** The last 1000 requests, or fewer large ones, oldest first, and a way to wait for one. */
export function createRequestLog() {
  const requests: ReceivedRequest[] = []
  const waiting = new Set<() => void>()
  let total = 0
  let characters = 0
  const changed = () => {
    for (const check of waiting) check()
  }
  return {
    requests: (): readonly ReceivedRequest[] => requests,

    add(request: AnswerRequest, details: { stream: boolean; inputTokens: number }): ReceivedRequest {
      total += 1
      const entry: ReceivedRequest = {
        ...request,
        ...details,
        number: total,
        receivedAt: new Date(),
        outcome: 'running',
        outputTokens: 0,
      }
      requests.push(entry)
      characters += sizeOf(entry)
      while (requests.length > KEPT_REQUESTS || (requests.length > 1 && characters > KEPT_CHARACTERS)) {
        const dropped = requests.shift()
        if (dropped) characters -= sizeOf(dropped)
      }
      changed()
      return entry
    },

    finish(entry: ReceivedRequest, outcome: RequestOutcome): void {
      entry.outcome = outcome
      changed()
    },

    /** Resolves with the first request (past or future) the predicate likes; rejects after `timeoutMs`. */
    waitFor(predicate: (request: ReceivedRequest) => boolean, timeoutMs = 5000): Promise<ReceivedRequest> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check)
          reject(new Error(`no such request within ${timeoutMs} ms; ${requests.length} were received`))
        }, timeoutMs)
        const check = () => {
          const found = requests.find(predicate)
          if (!found) return
          clearTimeout(timer)
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      })
    },
  }
}

const sizeOf = ({ system, messages, prefill, toolResults = [] }: AnswerRequest): number =>
  [system, prefill, ...messages.map(({ text }) => text), ...toolResults].reduce((sum, text) => sum + text.length, 0)

export type RequestLog = ReturnType<typeof createRequestLog>
