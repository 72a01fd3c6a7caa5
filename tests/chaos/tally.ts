import { chatApi } from '@parley/contracts/public'
import type { TurnRecord } from './load/turn-record.ts'

/** What a fault's promise allows besides whole answers. */
export interface Allowances {
  /** A question may be refused for a while, with a documented code, and asked again. */
  refusals?: boolean
  /** Any turn may fail with this code. */
  failure?: string
}

/** What chat's database holds of a turn at the end. */
export interface StoredTurn {
  id: string
  status: string
  attempt: number
  text: string
  /** Answers that hang on the question; those that failed do not count, since it may be asked again. */
  answers: number
}

export type Verdict = { kind: 'ok' | 'lost' | 'duplicate' | 'unexpected'; why: string }

/** What became of one turn, for the person who asked. */
export function judge(record: TurnRecord, stored: StoredTurn | undefined, allows: Allowances): Verdict {
  const { script, expectedEnd, end, error, message, orderFaults, refusals } = record
  if (end === null)
    return {
      kind: 'lost',
      why: `has not ended; stored as ${stored?.status ?? 'nothing'}, ${record.text.length} of ${script.expected.length} characters shown`,
    }
  if (!stored) return { kind: record.acceptedAtMs === null ? 'unexpected' : 'lost', why: `is not stored (${error?.code ?? end})` }
  if (stored.answers > 1) return { kind: 'duplicate', why: `${stored.answers} answers to one question` }
  const isAllowedFailure = end === 'failed' && allows.failure !== undefined && error?.code === allows.failure
  if (end !== expectedEnd && !isAllowedFailure)
    return { kind: 'unexpected', why: `ended as ${end}${error ? ` with ${error.code}` : ''} instead of ${expectedEnd}` }
  if (stored.status !== end) return { kind: 'unexpected', why: `ended as ${end} and is stored as ${stored.status}` }
  if (orderFaults.length > 0) return { kind: 'unexpected', why: `frames out of order: ${orderFaults.slice(0, 3).join(', ')}` }
  const refusal = refusals.find(({ code }) => !allows.refusals || !chatApi.turnErrorCode.safeParse(code).success)
  if (refusal) return { kind: 'unexpected', why: `was refused with ${refusal.code}` }
  if (end === 'failed') {
    const isDocumented = chatApi.turnErrorCode.safeParse(error?.code).success
    return isDocumented ? OK : { kind: 'unexpected', why: `failed with the undocumented ${error?.code}` }
  }
  if (end === 'stopped') {
    const isPart = script.expected.startsWith(stored.text) && stored.text.startsWith(record.text)
    return isPart ? OK : { kind: 'unexpected', why: 'the stopped answer is another text' }
  }
  return (
    compare('shown', record.text, script.expected) ??
    compare('told at the end', message?.text ?? '', script.expected) ??
    compare('stored', stored.text, script.expected) ??
    OK
  )
}

const OK: Verdict = { kind: 'ok', why: '' }

/** Null when they are the same, character by character. */
function compare(which: string, text: string, expected: string): Verdict | null {
  if (text === expected) return null
  const [start, end] = [commonStart(text, expected), commonStart(reversed(text), reversed(expected))]
  const why = `the text ${which} differs from character ${start} (${text.length} instead of ${expected.length})`
  if (text.length < expected.length && start + end >= text.length) return { kind: 'lost', why }
  if (text.length > expected.length && start + end >= expected.length) return { kind: 'duplicate', why }
  return { kind: 'unexpected', why }
}

const reversed = (text: string): string => [...text].reverse().join('')

function commonStart(one: string, other: string): number {
  let length = 0
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1
  return length
}
