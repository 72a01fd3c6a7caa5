import type { ChoreStore } from '../chores/chores.store.ts'
import type { CheapModel } from '../clients/cheap-model.client.ts'
import type { ModelWindows } from '../clients/model-windows.client.ts'
import type { ContextLimits } from './context-window.ts'
import type { SummaryStore } from './summaries.store.ts'
import { fallingOut, firstPart, isFull, SUMMARY_TASK, type SummaryPlan, summaryText } from './summary.ts'
import { budgetOf, estimateTokens } from './tokens.ts'

export interface SummariseDependencies {
  summaries: SummaryStore
  chores: ChoreStore
  cheapModel: CheapModel
  windows: Pick<ModelWindows, 'windowOf'>
}

export interface BranchEnd {
  conversationId: string
  userId: string
  /** The branch's last message. */
  messageId: string
}

/** One call reads at most so much: what is cheap stays quick, too. */
const CALL_MAX_TOKENS = 24_000
const CALL_TIMEOUT_MS = 60_000

/**
 * Summarises what falls out of the window at the next question, if anything does: part after part, each one tied to its
 * last message and made once, by whichever replica claims it first. Throws when a part could not be made; what has been
 * made stays, and the next turn's end goes on from there.
 */
export async function summariseOlder(
  deps: SummariseDependencies,
  branch: BranchEnd,
  limits: ContextLimits,
  signal: AbortSignal,
): Promise<void> {
  const { summaries, chores } = deps
  const { messages, characters } = await summaries.measure(branch.messageId)
  // A character is hardly ever more than a token, so most branches need not be read.
  if (!isFull(messages, characters, limits)) return
  for (;;) {
    const since = await summaries.readSince(branch.messageId)
    const part = firstPart(fallingOut(since.messages, limits), roomFor(deps, since.previous))
    const last = part.at(-1)
    if (!last) return
    const { conversationId, userId } = branch
    const work = () => addSummary(deps, userId, { previous: since.previous, messages: part }, signal)
    if (!(await chores.once({ kind: 'summary', subjectId: last.id, conversationId, userId }, work))) return
  }
}

/** A summary of everything on the branch that has an answer; null when there is nothing. Throws when it cannot be made now. */
export async function summariseAll(deps: SummariseDependencies, branch: BranchEnd, signal: AbortSignal): Promise<string | null> {
  let since = await deps.summaries.readSince(branch.messageId)
  for (;;) {
    const part = firstPart(since.messages, roomFor(deps, since.previous))
    if (part.length === 0) return since.previous
    const text = await addSummary(deps, branch.userId, { previous: since.previous, messages: part }, signal)
    since = { previous: text, messages: since.messages.slice(part.length) }
  }
}

async function addSummary({ cheapModel, summaries }: SummariseDependencies, userId: string, plan: SummaryPlan, signal: AbortSignal) {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)])
  const question = { purpose: 'summary' as const, userId, system: SUMMARY_TASK, text: summaryText(plan) }
  const text = (await cheapModel.ask(question, deadline)).trim()
  if (text === '') throw new Error('the model wrote an empty summary')
  const last = plan.messages.at(-1)
  if (last) await summaries.add(last.id, text)
  return text
}

/** Any model may be asked, so the part fits the smallest one. */
const roomFor = ({ windows }: SummariseDependencies, previous: string | null): number =>
  budgetOf({ windowTokens: windows.windowOf('auto'), systemPrompt: SUMMARY_TASK, maxTokens: CALL_MAX_TOKENS }) -
  estimateTokens(previous ?? '')
