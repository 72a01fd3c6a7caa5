import { RefreshCw } from 'lucide-react'
import { memo } from 'react'
import { Alert } from '../../design/alert.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { Mark } from '../../design/mark.tsx'
import type { Model } from '../chat-api.ts'
import { FeedbackButtons } from '../feedback/feedback-buttons.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import type { AnswerItem } from '../thread.ts'
import { AnswerFacts } from './answer-facts.tsx'
import { RetryButton } from './retry-button.tsx'
import { SiblingSwitch } from './sibling-switch.tsx'
import { Waiting } from './waiting.tsx'

interface AnswerProps {
  item: AnswerItem
  model: Model | undefined
  isLast: boolean
  /** False while another answer is under way, or nothing is left to ask for. */
  mayAnswerAnew: boolean
  onChoose: (from: string, to: string) => void
  onAnswerAnew: (messageId: string) => void
}

export const Answer = memo(({ item, model, isLast, mayAnswerAnew, onChoose, onAnswerAnew }: AnswerProps) => {
  const isRunning = item.phase === 'running'
  return (
    <article aria-label="Parley" aria-busy={isRunning} className="group/item flex gap-4">
      <Mark className={`mt-0.5 hidden size-6 shrink-0 text-accent sm:block ${isRunning && item.text === '' ? 'animate-breathe' : ''}`} />
      <div className="min-w-0 flex-1">
        {item.text && <Markdown text={item.text} isGrowing={isRunning} />}
        {isRunning && <Waiting item={item} />}
        {item.phase === 'failed' && (
          <div className={item.text ? 'mt-4' : ''}>
            <Alert
              action={
                <RetryButton retryAfterS={item.error?.retryAfter} isDisabled={!mayAnswerAnew} onRetry={() => onAnswerAnew(item.id)} />
              }
            >
              {item.error?.message ?? 'This answer could not be finished.'}
            </Alert>
          </div>
        )}
        {!isRunning && (
          <footer
            className={`-ml-2 mt-1.5 flex min-h-8 flex-wrap items-center gap-0.5 text-ink-faint text-xs transition-opacity focus-within:opacity-100 group-hover/item:opacity-100 pointer-coarse:opacity-100 ${isLast ? '' : 'opacity-0'}`}
          >
            {item.text && <CopyButton text={item.text} label="Copy answer" />}
            {item.phase !== 'failed' && item.message && <FeedbackButtons message={item.message} />}
            {item.phase !== 'failed' && (
              <IconButton label="Answer anew" size="small" disabled={!mayAnswerAnew} onClick={() => onAnswerAnew(item.id)}>
                <RefreshCw aria-hidden="true" />
              </IconButton>
            )}
            {item.siblings && <SiblingSwitch siblings={item.siblings} onChoose={onChoose} />}
            {item.phase === 'stopped' && <span className="px-2">Stopped</span>}
            {item.message && <AnswerFacts message={item.message} model={model} />}
          </footer>
        )}
      </div>
    </article>
  )
})
