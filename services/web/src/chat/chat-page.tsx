import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useMatch } from 'react-router'
import { useSession } from '../accounts/session.ts'
import { isApiError } from '../api/api-error.ts'
import { ErrorBoundary } from '../app/error-boundary.tsx'
import { showError } from '../design/toast.tsx'
import { ChatHeader } from './chat-header.tsx'
import { Composer } from './composer/composer.tsx'
import { QuotaWall } from './composer/quota-wall.tsx'
import { EmptyChat } from './empty-chat.tsx'
import { ContinueBanner, preloadLater } from './later.ts'
import { answerAnew, ask, askAgain, askInOtherWords, dismiss, stop } from './live-chat.ts'
import { preloadMarkdown } from './markdown/markdown.tsx'
import { quotaOf } from './quota.ts'
import { ThreadProblem } from './thread/thread-problem.tsx'
import { ThreadSkeleton } from './thread/thread-skeleton.tsx'
import { ThreadView } from './thread/thread-view.tsx'
import { headOf, lastQuestionOf, type QuestionItem, runningTurnOf } from './thread.ts'
import { useBranch } from './use-branch.ts'
import { chooseModel, keepDraft, useChatUi } from './use-chat-ui.ts'
import { useConversation, useUpdateConversation } from './use-conversations.ts'
import { useEscapeToStop } from './use-escape-to-stop.ts'
import { useFirstConversation } from './use-first-conversation.ts'
import { useLimits } from './use-limits.ts'
import { usableModel, useModels } from './use-models.ts'
import { useThread } from './use-thread.ts'

export function ChatPage() {
  const conversationId = useMatch('/c/:conversationId')?.params.conversationId ?? null
  const area = useRef<HTMLTextAreaElement>(null)
  const { data: user } = useSession()
  const { data: limits } = useLimits()
  const models = useModels()
  const conversation = useConversation(conversationId)
  const { mutate: update } = useUpdateConversation()
  const { target, visit, settle, choose, toEnd } = useBranch(conversationId)
  const { thread, older, newer, isLoading, error, retry } = useThread(conversationId, target, visit)
  const hasEnd = newer.state === 'none'
  const isSending = useRef(false)
  const [editingId, setEditingId] = useState<string | null>(null)
  const text = useChatUi((ui) => ui.drafts[conversationId ?? ''] ?? '')
  const chosenModel = useChatUi((ui) => ui.chosenModel)
  const quota = limits ? quotaOf(limits) : null
  const isUsedUp = quota?.left === 0
  const plan = limits?.plan ?? user?.plan ?? 'free'
  const model = usableModel(models.data ?? [], conversation.data?.model ?? chosenModel, plan)
  const runningTurnId = runningTurnOf(thread)

  useFirstConversation(conversationId)
  useEffect(() => {
    const timer = setTimeout(() => {
      preloadMarkdown()
      preloadLater()
    }, 800)
    return () => clearTimeout(timer)
  }, [])
  useEffect(() => {
    document.title = conversation.data?.title ? `${conversation.data.title} · Parley` : 'Parley'
  }, [conversation.data?.title])

  const stopRunning = runningTurnId ? () => stop(runningTurnId) : null
  useEscapeToStop(stopRunning)

  const setText = (next: string) => keepDraft(conversationId, next)
  const sendAt = (parentId: string | null) => {
    settle()
    setEditingId(null)
    const turnId = ask({ conversationId, text: text.trim(), model: model?.id, parentId })
    if (!conversationId) useChatUi.setState({ firstTurnId: turnId })
    setText('')
  }
  const readToEnd = useCallback(
    () =>
      toEnd().catch((failure: unknown) => showError(isApiError(failure) ? failure.message : 'The latest messages could not be loaded.')),
    [toEnd],
  )
  /** What is asked continues the branch, also while its end has not been read. */
  const sendAtEnd = async () => {
    if (isSending.current) return
    isSending.current = true
    const end = await readToEnd()
    isSending.current = false
    if (typeof end === 'string') sendAt(end)
  }
  const send = () => (hasEnd ? sendAt(headOf(thread)) : void sendAtEnd())
  const takeUp = (next: string) => {
    setText(next)
    area.current?.focus()
  }
  const takeBack = useCallback(
    (turnId: string, question: string) => {
      dismiss(turnId)
      keepDraft(conversationId, question)
      area.current?.focus()
    },
    [conversationId],
  )
  const changeModel = (modelId: string) => {
    chooseModel(modelId)
    if (conversationId) update({ id: conversationId, changes: { model: modelId } })
    area.current?.focus()
  }
  const modelId = model?.id
  const onAnswerAnew = useCallback(
    (messageId: string) => {
      settle()
      const attempt = () =>
        void answerAnew(messageId, modelId).catch((failure: unknown) =>
          showError(isApiError(failure) ? failure.message : 'The answer could not be made anew.', { label: 'Try again', onClick: attempt }),
        )
      attempt()
    },
    [modelId, settle],
  )
  const onEdit = useCallback(
    async ({ id, parentId }: QuestionItem, words: string) => {
      settle()
      await askInOtherWords({ messageId: id, parentId, text: words, model: modelId })
      setEditingId(null)
      area.current?.focus()
    },
    [modelId, settle],
  )
  const lastQuestionId = runningTurnId || isUsedUp || !hasEnd ? null : lastQuestionOf(thread)

  const isEmptyChat = conversationId === null && thread.length === 0
  const composer = (
    <>
      <ErrorBoundary fallback={null} resetKey={conversationId ?? ''}>
        <Suspense>
          {conversation.data?.offersContinuation && !runningTurnId && (
            <ContinueBanner key={conversation.data.id} conversation={conversation.data} />
          )}
        </Suspense>
      </ErrorBoundary>
      {quota && isUsedUp && !runningTurnId && <QuotaWall quota={quota} />}
      <Composer
        key={conversationId ?? 'new'}
        area={area}
        text={text}
        onText={setText}
        onSend={send}
        onStop={stopRunning}
        onEditLast={lastQuestionId ? () => setEditingId(lastQuestionId) : null}
        isBlocked={isUsedUp}
        models={models.data}
        isModelListBroken={models.isError}
        model={model}
        plan={plan}
        onModel={changeModel}
        isEmptyChat={isEmptyChat}
      />
    </>
  )

  return (
    <>
      <ChatHeader conversation={conversationId ? conversation.data : undefined} />
      {isEmptyChat ? (
        <EmptyChat name={user?.name ?? null} isSimulated={models.isPending ? null : (model?.simulated ?? false)} onSuggestion={takeUp}>
          {composer}
        </EmptyChat>
      ) : error ? (
        <div className="grid flex-1 place-items-center">
          <ThreadProblem error={error} onRetry={retry} />
        </div>
      ) : (
        <>
          {isLoading ? (
            <div className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 sm:px-6">
              <ThreadSkeleton />
            </div>
          ) : (
            <ThreadView
              id={conversationId ?? 'new'}
              thread={thread}
              isRunning={runningTurnId !== null}
              isBlocked={isUsedUp}
              older={older}
              newer={newer}
              onToEnd={readToEnd}
              continuedFrom={conversation.data?.continuedFrom ?? null}
              target={target}
              visit={visit}
              editingId={editingId}
              onEditing={setEditingId}
              onEdit={onEdit}
              onChoose={choose}
              onAskAgain={askAgain}
              onTakeBack={takeBack}
              onAnswerAnew={onAnswerAnew}
            />
          )}
          <div className="mx-auto w-full max-w-3xl px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6">
            {composer}
            <p className="mt-2 text-balance text-center text-ink-faint text-xs">
              {model?.simulated
                ? 'Simulated: answers are put together from Parley’s documentation, not by a language model.'
                : 'Parley can be wrong. Check what matters.'}
            </p>
          </div>
        </>
      )}
    </>
  )
}
