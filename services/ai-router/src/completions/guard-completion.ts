import { ProviderError } from '../providers/provider-error.ts'
import { codeOf, type Verdict } from '../safety/policies/verdict.ts'
import type { Safety } from '../safety/safety.ts'
import type { CompletionCommand } from './completion-command.ts'
import type { PartWriter } from './part-writer.ts'

/** Reasons why an answer ends that are ours, not a vendor's. */
export const PROMPT_REJECTED = new ProviderError('content', 'the prompt was rejected')
export const CONTENT_BLOCKED = new ProviderError('content', 'the content was blocked')
/** The same, where the user may be in danger. */
export const SELF_HARM_BLOCKED = new ProviderError('content', 'content about self-harm was blocked')

/** One completion, watched. */
export interface Guard {
  /** Set: nothing may be asked of a vendor. */
  rejected: ProviderError | null
  /** The command as vendors get it. */
  command: CompletionCommand
  /** Passes text on; before the verdict on the question is known it is held. */
  text: PartWriter['text']
  /** The same of tool calls, which are for a program and not watched. */
  toolCall: PartWriter['toolCall']
  /** The completion's signal, which also fires when the answer must end. */
  signal: AbortSignal
  /** Why the complete answer must not stand, or null. */
  end(): Promise<ProviderError | null>
}

export function guardCompletion(
  safety: Safety,
  command: CompletionCommand,
  out: Pick<PartWriter, 'text' | 'toolCall'>,
  signal: AbortSignal,
): Guard {
  const { rejected, pending } = safety.checkInput(command)
  const watch = rejected ? null : safety.watchOutput(command)
  // By hand: what `AbortSignal.any` makes may be collected while somebody still waits for it.
  const ending = new AbortController()
  const onEnd = () => ending.abort(signal.reason)
  signal.addEventListener('abort', onEnd, { once: true })
  if (signal.aborted) onEnd()
  let blocked: ProviderError | null = null
  let verdict = pending?.then((found) => {
    verdict = undefined
    if (found) block(found)
  })

  function block(found: Verdict): ProviderError {
    blocked = reasonOf(found)
    ending.abort(blocked)
    return blocked
  }

  function pass(delta: string): Promise<void> | undefined {
    if (blocked) return undefined
    const room = out.text(delta)
    const found = watch?.push(delta)
    if (found) block(found)
    return room
  }

  return {
    rejected: rejected && reasonOf(rejected),
    command: safety.guarded(command),
    text: (delta) => (verdict ? verdict.then(() => pass(delta)) : pass(delta)),
    toolCall: (piece) => (verdict ? verdict.then(() => (blocked ? undefined : out.toolCall(piece))) : out.toolCall(piece)),
    signal: ending.signal,
    async end() {
      signal.removeEventListener('abort', onEnd)
      await verdict
      if (blocked) return blocked
      const found = await watch?.end()
      return found ? block(found) : null
    },
  }
}

/** Why a call ends for a verdict. */
export function reasonOf(verdict: Verdict): ProviderError {
  if (codeOf(verdict) === 'prompt_rejected') return PROMPT_REJECTED
  return verdict.category === 'self_harm' ? SELF_HARM_BLOCKED : CONTENT_BLOCKED
}
