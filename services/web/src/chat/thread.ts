import type { Question } from '../live/live-store.ts'
import type { TurnError } from '../live/protocol.ts'
import { isOver, type LiveTurn } from '../live/turn.ts'
import type { ChatMessage } from './chat-api.ts'

export interface Siblings {
  /** Ids of the messages that stand in the same place, oldest first. */
  ids: string[]
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
  error: TurnError | null
  /** Figures of the stored answer. */
  message: ChatMessage | null
}

export type ThreadItem = QuestionItem | AnswerItem

export interface ThreadInput {
  messages: readonly ChatMessage[]
  /** Turns of this conversation that this page knows, in the order in which they began. */
  turns: readonly LiveTurn[]
  questions: Readonly<Record<string, Question>>
  /** Which sibling the reader chose, by the id of its parent ('' for the first message). */
  choices: Readonly<Record<string, string>>
}

/**
 * One conversation as it is read: from the tree of stored messages and the turns that are under way, the path to the
 * newest message, or the one the reader chose at a fork.
 */
export function composeThread({ messages, turns, questions, choices }: ThreadInput): ThreadItem[] {
  const items = new Map<string, ThreadItem>()
  for (const message of messages) items.set(message.id, message.role === 'user' ? storedQuestion(message) : storedAnswer(message))
  for (const turn of turns) addTurn(items, turn, questions[turn.id])
  return pathOf([...items.values()], choices)
}

const storedQuestion = (message: ChatMessage): QuestionItem => ({
  role: 'user',
  key: message.id,
  id: message.id,
  parentId: message.parentId,
  text: message.text,
  siblings: null,
  turnId: null,
  isPending: false,
  refusal: null,
})

const storedAnswer = (message: ChatMessage): AnswerItem => ({
  role: 'assistant',
  key: message.turnId ?? message.id,
  id: message.id,
  parentId: message.parentId,
  text: message.text,
  siblings: null,
  turnId: message.turnId ?? null,
  phase: message.status,
  isAccepted: true,
  seq: 0,
  notice: null,
  error: null,
  message,
})

function addTurn(items: Map<string, ThreadItem>, turn: LiveTurn, question: Question | undefined): void {
  const questionId = turn.userMessageId ?? `question:${turn.id}`
  const known = items.get(questionId)
  const key = `question:${turn.id}`
  if (question) {
    items.set(questionId, {
      role: 'user',
      key,
      id: questionId,
      parentId: known?.parentId ?? question.parentId,
      text: question.text,
      siblings: null,
      turnId: turn.id,
      isPending: turn.phase === 'sending',
      refusal: turn.userMessageId === null ? turn.error : null,
    })
  } else if (!known) return
  // A refused question has no answer; what is wrong stands at the question.
  if (turn.userMessageId === null && isOver(turn)) return
  addAnswer(items, turn, questionId)
}

function addAnswer(items: Map<string, ThreadItem>, turn: LiveTurn, questionId: string): void {
  const answerId = turn.assistantMessageId ?? `answer:${turn.id}`
  const stored = items.get(answerId)
  const message = turn.message ?? (stored?.role === 'assistant' ? stored.message : null)
  const isStored = message !== null && message.status !== 'running'
  items.set(answerId, {
    role: 'assistant',
    key: turn.id,
    id: answerId,
    parentId: questionId,
    text: isStored && isOver(turn) ? message.text : turn.text,
    siblings: null,
    turnId: turn.id,
    phase: isOver(turn) ? (turn.phase as AnswerItem['phase']) : 'running',
    isAccepted: turn.phase !== 'sending',
    seq: turn.seq,
    notice: turn.notice,
    error: turn.error,
    message: isStored ? message : null,
  })
}

const ROOT = ''

function pathOf(items: ThreadItem[], choices: ThreadInput['choices']): ThreadItem[] {
  const known = new Set(items.map(({ id }) => id))
  const parentOf = ({ parentId }: ThreadItem) => (parentId !== null && known.has(parentId) ? parentId : ROOT)
  const children = new Map<string, ThreadItem[]>()
  for (const item of items) {
    const parent = parentOf(item)
    children.set(parent, [...(children.get(parent) ?? []), item])
  }
  const newestIn = newestDescendants(items, parentOf)

  const path: ThreadItem[] = []
  const seen = new Set<string>()
  let place = ROOT
  for (;;) {
    const siblings = withoutVain(children.get(place) ?? [])
    const chosen = siblings.find(({ id }) => id === choices[place]) ?? latest(siblings, newestIn)
    if (!chosen || seen.has(chosen.id)) return path
    seen.add(chosen.id)
    const ids = siblings.map(({ id }) => id)
    path.push(siblings.length > 1 ? { ...chosen, siblings: { ids, index: ids.indexOf(chosen.id) } } : chosen)
    place = chosen.id
  }
}

/** Attempts that failed without a word are no alternatives once there is another answer. */
function withoutVain(siblings: ThreadItem[]): ThreadItem[] {
  const isVain = (item: ThreadItem) => item.role === 'assistant' && item.phase === 'failed' && item.text === ''
  return siblings.filter((item, index) => !isVain(item) || index === siblings.length - 1)
}

/** For every message the place, in the order of writing, of the newest one below it. */
function newestDescendants(items: ThreadItem[], parentOf: (item: ThreadItem) => string): Map<string, number> {
  const newest = new Map<string, number>()
  const byId = new Map(items.map((item) => [item.id, item]))
  items.forEach((item, order) => {
    let current: ThreadItem | undefined = item
    // Later items come later in the loop, so whoever has a smaller number is on the way and is raised.
    while (current && (newest.get(current.id) ?? -1) < order) {
      newest.set(current.id, order)
      current = byId.get(parentOf(current))
    }
  })
  return newest
}

function latest(siblings: ThreadItem[], newestIn: Map<string, number>): ThreadItem | undefined {
  return siblings.reduce<ThreadItem | undefined>(
    (best, item) => (!best || (newestIn.get(item.id) ?? 0) > (newestIn.get(best.id) ?? 0) ? item : best),
    undefined,
  )
}

/** The stored message that the next question hangs on. */
export function headOf(thread: readonly ThreadItem[]): string | null {
  return thread.findLast(({ id }) => !id.includes(':'))?.id ?? null
}

export const runningTurnOf = (thread: readonly ThreadItem[]): string | null => {
  const last = thread.at(-1)
  if (last?.role === 'user') return last.isPending ? last.turnId : null
  return last?.phase === 'running' ? last.turnId : null
}
