import type { Question } from '../live/live-store.ts'
import type { TurnError } from '../live/protocol.ts'
import { isOver, type LiveTurn } from '../live/turn.ts'
import type { ChatMessage, PathMessage } from './chat-api.ts'
import type { Path } from './path.ts'

export interface Siblings {
  /** Ids of the messages that stand in the same place, oldest first. */
  ids: readonly string[]
  index: number
}

interface ItemBase {
  /** Stays the same while a message goes from being asked to being stored. */
  key: string
  id: string
  parentId: string | null
  text: string
  siblings: Siblings | null
  turnId: string | null
}

export interface QuestionItem extends ItemBase {
  role: 'user'
  /** On its way: the server has not said yet that it has it. */
  isPending: boolean
  /** The server refused it: it is not stored. */
  refusal: TurnError | null
}

export interface AnswerItem extends ItemBase {
  role: 'assistant'
  phase: 'running' | 'completed' | 'stopped' | 'failed'
  /** False while the question has not reached the server. */
  isAccepted: boolean
  seq: number
  notice: string | null
  /** Its place among those that wait for room. */
  place: number | null
  error: TurnError | null
  /** Figures of the stored answer. */
  message: ChatMessage | null
}

export type ThreadItem = QuestionItem | AnswerItem

export interface ThreadInput {
  /** One branch as it is stored, from its end. */
  path: Path
  /** Turns of this conversation that this page knows, in the order in which they began. */
  turns: readonly LiveTurn[]
  questions: Readonly<Record<string, Question>>
}

/**
 * One conversation as it is read: the stored branch, and the turns that are under way laid over it. A turn that the
 * stored branch does not know yet continues it, or leaves it where its question hangs: there the newest counts. One that
 * it knows to be on another branch is not shown: the reader chose this one.
 */
export function composeThread({ path, turns, questions }: ThreadInput): ThreadItem[] {
  const elsewhere = new Set(path.messages.flatMap(({ branchIds }) => branchIds))
  let items: ThreadItem[] = path.messages.map(itemOf)
  for (const turn of turns) items = withTurn(items, turn, questions[turn.id], elsewhere, path.olderCursor === null)
  return items
}

const storedItems = new WeakMap<PathMessage, ThreadItem>()

/** The same item for the same message, so that a long conversation is not drawn anew with each word of its last answer. */
function itemOf(message: PathMessage): ThreadItem {
  const known = storedItems.get(message)
  if (known) return known
  const item = message.role === 'user' ? storedQuestion(message) : storedAnswer(message)
  storedItems.set(message, item)
  return item
}

function siblingsOf({ id, branchIds }: PathMessage): Siblings | null {
  return branchIds.length > 1 ? { ids: branchIds, index: branchIds.indexOf(id) } : null
}

const storedQuestion = (message: PathMessage): QuestionItem => ({
  role: 'user',
  key: message.id,
  id: message.id,
  parentId: message.parentId,
  text: message.text,
  siblings: siblingsOf(message),
  turnId: null,
  isPending: false,
  refusal: null,
})

const storedAnswer = (message: PathMessage): AnswerItem => ({
  role: 'assistant',
  key: message.turnId ?? message.id,
  id: message.id,
  parentId: message.parentId,
  text: message.text,
  siblings: siblingsOf(message),
  turnId: message.turnId ?? null,
  phase: message.status,
  isAccepted: true,
  seq: 0,
  notice: null,
  place: null,
  error: null,
  message,
})

function withTurn(
  items: ThreadItem[],
  turn: LiveTurn,
  question: Question | undefined,
  elsewhere: ReadonlySet<string>,
  isWhole: boolean,
): ThreadItem[] {
  const { userMessageId, assistantMessageId } = turn
  const answerAt = assistantMessageId ? items.findLastIndex(({ id }) => id === assistantMessageId) : -1
  if (answerAt >= 0) {
    const known = items[answerAt]
    const asked = items[answerAt - 1]
    const laid = items.slice()
    // Once it is stored that counts; only what went wrong is not.
    const isSettled = isOver(turn) && turn.phase !== 'failed' && known?.role === 'assistant' && known.phase !== 'running'
    if (!isSettled) laid[answerAt] = liveAnswer(turn, known)
    if (question && asked?.role === 'user') laid[answerAt - 1] = askedHere(asked, turn)
    return laid
  }
  if (assistantMessageId && elsewhere.has(assistantMessageId)) return items

  const questionAt = userMessageId ? items.findLastIndex(({ id }) => id === userMessageId) : -1
  if (questionAt >= 0) return [...items.slice(0, questionAt + 1), besides(liveAnswer(turn, undefined), items[questionAt + 1])]
  if (!question || (userMessageId && elsewhere.has(userMessageId))) return items

  const parentAt = question.parentId === null ? -1 : items.findLastIndex(({ id }) => id === question.parentId)
  // It hangs on something that is not shown here: on another branch, or further back than was read.
  if (question.parentId === null ? !isWhole : parentAt < 0) return items
  const before = items.slice(0, parentAt + 1)
  const asked = besides(liveQuestion(turn, question), items[parentAt + 1])
  // A refused question has no answer; what is wrong stands at the question.
  if (userMessageId === null && isOver(turn)) return [...before, asked]
  return [...before, asked, liveAnswer(turn, undefined)]
}

const questionKey = ({ id }: LiveTurn) => `question:${id}`

const askedHereBefore = new WeakMap<QuestionItem, QuestionItem>()

/** A stored question under the key it had while it was on its way. */
function askedHere(item: QuestionItem, turn: LiveTurn): QuestionItem {
  const known = askedHereBefore.get(item)
  if (known?.turnId === turn.id) return known
  const asked = { ...item, key: questionKey(turn), turnId: turn.id }
  askedHereBefore.set(item, asked)
  return asked
}

/** With the versions that stood in its place until now. */
function besides<T extends ThreadItem>(item: T, before: ThreadItem | undefined): T {
  if (!before || !isStored(item) || !isStored(before)) return item
  const ids = [...(before.siblings?.ids ?? [before.id]), item.id]
  return { ...item, siblings: { ids, index: ids.length - 1 } }
}

const liveQuestion = (turn: LiveTurn, question: Question): QuestionItem => ({
  role: 'user',
  key: questionKey(turn),
  id: turn.userMessageId ?? questionKey(turn),
  parentId: question.parentId,
  text: question.text,
  siblings: null,
  turnId: turn.id,
  isPending: turn.phase === 'sending',
  refusal: turn.userMessageId === null ? turn.error : null,
})

function liveAnswer(turn: LiveTurn, known: ThreadItem | undefined): AnswerItem {
  const stored = known?.role === 'assistant' ? known.message : null
  const message = stored && stored.status !== 'running' ? stored : turn.message
  const isEnded = message !== null && message.status !== 'running'
  return {
    role: 'assistant',
    key: turn.id,
    id: turn.assistantMessageId ?? `answer:${turn.id}`,
    parentId: known?.parentId ?? turn.userMessageId ?? questionKey(turn),
    text: isEnded && isOver(turn) ? message.text : turn.text,
    siblings: known?.siblings ?? null,
    turnId: turn.id,
    phase: isOver(turn) ? (turn.phase as AnswerItem['phase']) : 'running',
    isAccepted: turn.phase !== 'sending',
    seq: turn.seq,
    notice: turn.notice,
    place: turn.place,
    error: turn.error,
    message: isEnded ? message : null,
  }
}

/** What has no id of the server yet has one with a colon. */
const isStored = ({ id }: ThreadItem) => !id.includes(':')

/** The stored message that the next question hangs on. */
export function headOf(thread: readonly ThreadItem[]): string | null {
  return thread.findLast(isStored)?.id ?? null
}

export const runningTurnOf = (thread: readonly ThreadItem[]): string | null => {
  const last = thread.at(-1)
  if (last?.role === 'user') return last.isPending ? last.turnId : null
  return last?.phase === 'running' ? last.turnId : null
}

/** The last question that is stored: the one an edit from the keyboard is about. */
export const lastQuestionOf = (thread: readonly ThreadItem[]): string | null =>
  thread.findLast((item) => item.role === 'user' && isStored(item))?.id ?? null
