import type { Plan } from '../catalogue/catalogue.ts'
import { textPieces } from '../completions/text-pieces.ts'
import type { LeakDetector } from './leaks/leak-detector.ts'
import { lookLocally, type ModerationModels } from './moderation/classify-locally.ts'
import type { RemoteModerator } from './moderation/moderator.ts'
import type { SecondLook } from './moderation/second-look.ts'
import { actionOn, type SafetyPolicy } from './policies/policy.ts'
import { severer, type Verdict, verdictOn } from './policies/verdict.ts'

/** Watches one answer while it is written. The text has passed already when it is looked at: nothing waits. */
export interface OutputWatch {
  /** Takes what was written and says when it must stop there: the verdict, once, or null. */
  push(text: string): Verdict | null
  /** The verdict on the rest, when the answer is complete; waits a bounded time for what was asked and not answered. */
  end(): Promise<Verdict | null>
}

export interface OutputWatchDeps {
  models: ModerationModels
  remote: RemoteModerator | null
  /** Of passages that words do not decide; null: words decide all of them. */
  secondLook: SecondLook | null
  /** How long `end` waits for the remote classifier or the second look. */
  remoteWaitMs: number
  policy: SafetyPolicy
  onFlag(verdict: Verdict): void
  onRemoteFailure(error: unknown): void
  onSecondLookFailure(error: unknown): void
}

/** A piece is looked at where a sentence ends, once it is as long as this, */
const PIECE_CHARACTERS = 160
/** or wherever it is when no sentence ends. */
const LONGEST_PIECE_CHARACTERS = 600
/** So much of a text that comes in one is looked at in one: the patterns' work on one long word would have no bound. */
const LONGEST_LOOK_CHARACTERS = 4_000
/** What is seen again with the next piece: what is said in two sentences is seen whole. */
const OVERLAP_CHARACTERS = 200
/** Asked of the remote classifier at once, one question at a time. */
const REMOTE_CHARACTERS = 1_000
const MAX_REMOTE_CHARACTERS = 4_000

const SENTENCE_END = /[.!?。!?\n]/

/** @param before what the answer goes on from: its first words are seen behind those */
export function watchOutput(
  { models, remote, secondLook, remoteWaitMs, policy, onFlag, onRemoteFailure, onSecondLookFailure }: OutputWatchDeps,
  plan: Plan,
  leaks: LeakDetector | null,
  before = '',
): OutputWatch {
  let piece = ''
  let overlap = before.slice(-OVERLAP_CHARACTERS)
  let remotePiece = ''
  let hasUnasked = false
  let asking: Promise<void> | null = null
  let looking: Promise<unknown> | null = null
  let found: Verdict | null = null
  let hasTold = false
  let hasFlagged = false
  const abort = new AbortController()

  function judge(verdict: Verdict | null): void {
    if (!verdict || found) return
    if (verdict.action === 'block') found = verdict
    else if (!hasFlagged) {
      hasFlagged = true
      onFlag(verdict)
    }
  }

  function add(text: string): void {
    piece += text
    if (piece.length >= LONGEST_PIECE_CHARACTERS || (piece.length >= PIECE_CHARACTERS && SENTENCE_END.test(text))) look()
  }

  function look(): void {
    const leak = leaks?.read(piece) ?? 0
    const leakAction = actionOn(policy, plan, 'prompt_leak', leak)
    const { scores, doubts } = lookLocally(models, overlap + piece)
    const local = verdictOn(policy, plan, 'output', scores, 'local')
    judge(
      severer(
        leakAction === 'allow' ? null : { action: leakAction, category: 'prompt_leak', score: leak, rules: ['leak'], side: 'output' },
        local,
      ),
    )
    // What stands before the piece has had its second look.
    if (secondLook && !found && doubts().length > 0) lookAgain(secondLook, piece)
    overlap = (overlap + piece).slice(-OVERLAP_CHARACTERS)
    if (remote) {
      remotePiece = (remotePiece + piece).slice(-MAX_REMOTE_CHARACTERS)
      hasUnasked = true
    }
    piece = ''
    if (remotePiece.length >= REMOTE_CHARACTERS) askRemote()
  }

  function askRemote(): void {
    if (!remote || asking || remotePiece === '') return
    const text = remotePiece
    remotePiece = remotePiece.slice(-OVERLAP_CHARACTERS)
    hasUnasked = false
    asking = remote
      .classify(text, abort.signal)
      .then((scores) => judge(verdictOn(policy, plan, 'output', scores, 'remote')))
      .catch((error: unknown) => {
        // The local classifier has seen the text.
        if (!abort.signal.aborted) onRemoteFailure(error)
      })
      .finally(() => {
        asking = null
      })
  }

  function lookAgain(second: SecondLook, text: string): void {
    const doubts = lookLocally(models, text).doubts()
    if (doubts.length === 0) return
    const look = second
      .classify(doubts, abort.signal)
      .then((scores) => judge(verdictOn(policy, plan, 'output', scores, 'meaning')))
      .catch((error: unknown) => {
        // What words say of the text was heeded.
        if (!abort.signal.aborted) onSecondLookFailure(error)
      })
    looking = looking ? Promise.all([looking, look]) : look
  }

  function told(): Verdict | null {
    if (!found || hasTold) return null
    hasTold = true
    abort.abort()
    return found
  }

  return {
    push(text) {
      if (text.length <= LONGEST_LOOK_CHARACTERS) add(text)
      else for (const part of textPieces(text, LONGEST_LOOK_CHARACTERS)) add(part)
      return told()
    },
    async end() {
      if (piece !== '') look()
      if ((asking || looking || hasUnasked) && !found) {
        const timer = setTimeout(() => abort.abort(), remoteWaitMs)
        while (asking && !found) await asking
        if (hasUnasked && !found && !abort.signal.aborted) askRemote()
        while (asking && !found) await asking
        if (!found) await looking
        clearTimeout(timer)
      }
      return told()
    },
  }
}
