import { v7 as newId } from 'uuid'
import { probeSession } from '../accounts/session.ts'
import { createAttempts } from '../api/attempts.ts'
import { http, queryClient } from '../api/client.ts'
import { browserTimers, openBrowserSocket } from '../live/browser-socket.ts'
import { createConnection } from '../live/connection.ts'
import { createFrameBatch } from '../live/frame-batch.ts'
import { type Question, resetLive, useLive } from '../live/live-store.ts'
import type { ServerMessage, TurnStarted } from '../live/protocol.ts'
import { isOver, type LiveTurn } from '../live/turn.ts'
import { createTurnClient } from '../live/turn-client.ts'
import { editQuestion, getTurn, regenerate, type Turn } from './chat-api.ts'
import { noteConversation } from './conversation-cache.ts'
import type { Notice } from './notices/notices.ts'
import { addNotice } from './notices/use-notices.ts'
import { keys } from './query-keys.ts'

// The one live connection of this page, and what the rest of the app hears of it.

const batch = createFrameBatch((changed) => {
  const before = useLive.getState().turns
  useLive.setState({ turns: { ...before, ...Object.fromEntries(changed.map((turn) => [turn.id, turn])) } })
  for (const turn of changed) noteProgress(before[turn.id], turn)
})

const connection = createConnection({
  open: openBrowserSocket,
  timers: browserTimers,
  random: Math.random,
  checkSession: (hasEnded) => (hasEnded ? http.renewSession() : probeSession()),
  onMessage: (message) => receive(message),
  onState: (state, retryAtMs) => {
    useLive.setState({ connection: state, retryAtMs })
    if (state === 'online') turnClient.handleOnline()
  },
})

const turnClient = createTurnClient({ connection, timers: browserTimers, loadTurn: getTurn, onTurn: (turn) => batch.add(turn) })

function receive(message: ServerMessage): void {
  turnClient.handle(message)
  // The socket's schema leaves open what a notice holds; it is the one the list has.
  if (message.type === 'notification') addNotice(message.notification as Notice)
  if (message.type === 'turn.started') takeUp(message)
  if (message.type === 'conversation.updated') noteConversation(message.conversation)
  if (message.type === 'usage') void queryClient.invalidateQueries({ queryKey: keys.limits })
}

/** An answer begins. Unless it was asked for here, another device did, or another window. */
function takeUp(started: TurnStarted): void {
  const { turnId, conversationId } = started
  if (turnId in useLive.getState().questions) return
  refreshLists()
  if (isOpen(conversationId)) turnClient.followFromStart(started)
  refreshMessages(conversationId)
}

const isOpen = (conversationId: string) =>
  queryClient.getQueryCache().findAll({ queryKey: keys.messages(conversationId), type: 'active' }).length > 0

/** What else on the screen a turn's progress makes stale. */
function noteProgress(before: LiveTurn | undefined, turn: LiveTurn): void {
  const isNewlyAccepted = turn.userMessageId && !before?.userMessageId
  const isNewlyOver = isOver(turn) && !(before && isOver(before))
  if (!isNewlyAccepted && !isNewlyOver) return
  refreshLists()
  if (isNewlyOver && turn.conversationId) refreshMessages(turn.conversationId)
}

function refreshLists(): void {
  void queryClient.invalidateQueries({ queryKey: keys.conversations })
  void queryClient.invalidateQueries({ queryKey: keys.limits })
}

const refreshMessages = (conversationId: string) => void queryClient.invalidateQueries({ queryKey: keys.messages(conversationId) })

const retryNow = () => connection.retryNow()
const retryWhenVisible = () => document.visibilityState === 'visible' && connection.retryNow()

export function startLive(): void {
  connection.start()
  window.addEventListener('online', retryNow)
  // A line that went with the network is not closed, it is only silent: ask it.
  window.addEventListener('offline', retryNow)
  document.addEventListener('visibilitychange', retryWhenVisible)
}

export function stopLive(): void {
  window.removeEventListener('online', retryNow)
  window.removeEventListener('offline', retryNow)
  document.removeEventListener('visibilitychange', retryWhenVisible)
  turnClient.forgetAll()
  connection.stop()
  // What waits to be painted is not to appear before the next person.
  batch.flushNow()
  resetLive()
}

export const reconnect = () => connection.retryNow()

export interface Ask {
  conversationId: string | null
  text: string
  model: string | undefined
  parentId: string | null
}

/** Puts a question on the screen and sends it. Returns the turn's id. */
export function ask({ conversationId, ...question }: Ask): string {
  const id = newId()
  begin(id, conversationId, { ...question, createdAt: new Date().toISOString() })
  return id
}

/** The same question under the same id: had the server taken it after all, it is not asked twice. */
export function askAgain(turnId: string): void {
  const { questions, turns } = useLive.getState()
  const question = questions[turnId]
  if (question) begin(turnId, turns[turnId]?.conversationId ?? null, question)
}

function begin(id: string, conversationId: string | null, question: Question): void {
  useLive.setState(({ questions }) => ({ questions: { ...questions, [id]: question } }))
  const { text, model, parentId } = question
  turnClient.begin({ id, conversationId, text, model, parentId: parentId ?? undefined })
  // The question stands on the screen before the next paint.
  batch.flushNow()
}

/** Takes a refused question off the screen. */
export function dismiss(turnId: string): void {
  useLive.setState(({ turns: { [turnId]: _turn, ...turns }, questions: { [turnId]: _question, ...questions } }) => ({ turns, questions }))
}

export const stop = (turnId: string) => turnClient.stop(turnId)

export const follow = (turnId: string, known?: Turn) => turnClient.follow(turnId, known)

const newAnswers = createAttempts()

/** Another answer to the same question. */
export async function answerAnew(messageId: string, model: string | undefined): Promise<void> {
  const turn = await regenerate(messageId, model, newAnswers.keyFor({ messageId, model }))
  newAnswers.done()
  follow(turn.id, turn)
  refreshMessages(turn.conversationId)
}

export interface Edit {
  /** The question as it was. */
  messageId: string
  parentId: string | null
  text: string
  model: string | undefined
}

const edits = createAttempts()

/** The question again with other words, in its place; what was there is kept beside it. */
export async function askInOtherWords({ messageId, parentId, text, model }: Edit): Promise<void> {
  const turn = await editQuestion(messageId, { text, model }, edits.keyFor({ messageId, text, model }))
  edits.done()
  const question = { text, model, parentId, createdAt: new Date().toISOString() }
  useLive.setState(({ questions }) => ({ questions: { ...questions, [turn.id]: question } }))
  follow(turn.id, turn)
  batch.flushNow()
  refreshMessages(turn.conversationId)
}
