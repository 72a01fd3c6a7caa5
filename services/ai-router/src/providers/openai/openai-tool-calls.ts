import type { StreamPart } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'

/** A piece of a tool call as a chunk carries it. */
export interface ToolCallDelta {
  index?: unknown
  id?: unknown
  function?: { name?: unknown; arguments?: unknown } | null
}

type ToolCallPart = Extract<StreamPart, { type: 'tool_call' }>

/** Numbers the tool calls of one answer from 0 without a gap, whatever the endpoint calls them. */
export interface ToolCallReader {
  read(delta: ToolCallDelta): ToolCallPart
  readonly hasCalls: boolean
}

export function createToolCallReader(): ToolCallReader {
  const numbers = new Map<unknown, number>()
  let last = -1

  /** Without an index a piece with an id begins a call, and one without belongs to the call before it. */
  const numberOf = ({ index, id }: ToolCallDelta): { number: number; isNew: boolean } => {
    const key = typeof index === 'number' ? index : typeof id === 'string' && id !== '' ? id : undefined
    const number = key === undefined ? last : numbers.get(key)
    if (number !== undefined && number >= 0) return { number, isNew: false }
    last = numbers.size
    numbers.set(key, last)
    return { number: last, isNew: true }
  }

  return {
    read(delta) {
      const { number, isNew } = numberOf(delta)
      const { name, arguments: given } = delta.function ?? {}
      const text = typeof given === 'string' ? given : ''
      if (!isNew) return { type: 'tool_call', index: number, arguments: text }
      if (typeof name !== 'string' || name === '') throw new ProviderError('malformed', 'a tool call has no name')
      // An endpoint that gives no id still has to be answered by one.
      const id = typeof delta.id === 'string' && delta.id !== '' ? delta.id : `call_${number}`
      return { type: 'tool_call', index: number, id, name, arguments: text }
    },
    get hasCalls() {
      return numbers.size > 0
    },
  }
}
