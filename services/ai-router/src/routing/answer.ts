import type { PartWriter, ToolCallPiece } from '../completions/part-writer.ts'

/** What the caller has been given of one answer so far, by whatever legs. */
export interface Answer {
  readonly text: string
  readonly hasToolCall: boolean
  /** From the beginning of the call, milliseconds; null while there is nothing. */
  readonly firstTokenMs: number | null
  /** Passes text on, see PartWriter. */
  addText(text: string): Promise<void> | undefined
  addToolCall(piece: ToolCallPiece): Promise<void> | undefined
}

export function createAnswer(out: Pick<PartWriter, 'text' | 'toolCall'>): Answer {
  const startedMs = performance.now()
  let text = ''
  let hasToolCall = false
  let firstTokenMs: number | null = null
  return {
    get text() {
      return text
    },
    get hasToolCall() {
      return hasToolCall
    },
    get firstTokenMs() {
      return firstTokenMs
    },
    addText(delta) {
      firstTokenMs ??= Math.round(performance.now() - startedMs)
      text += delta
      return out.text(delta)
    },
    addToolCall(piece) {
      firstTokenMs ??= Math.round(performance.now() - startedMs)
      hasToolCall = true
      return out.toolCall(piece)
    },
  }
}
