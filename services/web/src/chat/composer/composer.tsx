import { ArrowUp, BookText, Square } from 'lucide-react'
import { type KeyboardEvent, type RefObject, Suspense, useEffect, useState } from 'react'
import { ErrorBoundary } from '../../app/error-boundary.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { isTouch } from '../../design/is-touch.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import type { Model } from '../chat-api.ts'
import { PromptPicker } from '../later.ts'
import { lengthOf } from './length.ts'
import { LengthNote } from './length-note.tsx'
import { ModelSelect } from './model-select.tsx'
import { QuotaHint } from './quota-hint.tsx'
import { useGrow } from './use-grow.ts'

interface ComposerProps {
  area: RefObject<HTMLTextAreaElement | null>
  text: string
  onText: (text: string) => void
  onSend: () => void
  /** Given while an answer is being written: stops it. */
  onStop: (() => void) | null
  /** Given while the last question can be put in other words: ArrowUp does. */
  onEditLast: (() => void) | null
  /** Nothing can be sent now; the page says why. */
  isBlocked: boolean
  models: readonly Model[] | undefined
  /** The list could not be loaded; the server chooses then. */
  isModelListBroken: boolean
  model: Model | undefined
  plan: 'free' | 'pro' | 'admin'
  onModel: (modelId: string) => void
  isEmptyChat: boolean
}

export function Composer(props: ComposerProps) {
  const { area, text, onText, onSend, onStop, onEditLast, isBlocked, models, isModelListBroken, model, plan, onModel, isEmptyChat } = props
  const length = lengthOf(text)
  const maySend = text.trim() !== '' && !length.isTooLong && !onStop && !isBlocked
  useGrow(area, text)

  const [isPicking, setIsPicking] = useState(false)

  useEffect(() => {
    if (!isTouch) area.current?.focus()
  }, [area])

  const send = () => {
    if (maySend) onSend()
  }
  const insert = (prompt: string) => {
    const before = text === '/' ? '' : text
    onText(before === '' || before.endsWith('\n') ? before + prompt : `${before}\n\n${prompt}`)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, the keys belong to it.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowUp' && text === '' && onEditLast) {
      event.preventDefault()
      return onEditLast()
    }
    // The character stays: whoever wants to begin with a path closes the list and writes on.
    if (event.key === '/' && text === '') setIsPicking(true)
    // On a touch keyboard the button sends.
    if (event.key !== 'Enter' || event.shiftKey || isTouch) return
    event.preventDefault()
    send()
  }

  return (
    <>
      <form
        aria-label="Message"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
        className={`rounded-3xl border bg-surface shadow-soft transition-colors ${length.isTooLong ? 'border-danger' : 'border-line-strong focus-within:border-accent'}`}
      >
        <textarea
          ref={area}
          rows={1}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
          placeholder="Ask anything"
          aria-label="Your message"
          aria-invalid={length.isTooLong || undefined}
          aria-describedby="composer-note"
          className="block w-full resize-none bg-transparent px-5 pt-4 pb-1 text-base leading-relaxed outline-none placeholder:text-ink-faint"
        />
        <div className="flex items-center gap-2 px-2.5 pb-2.5">
          <div className="min-w-0 flex-1">
            {models && model && (
              <ModelSelect models={models} value={model} plan={plan} onChange={onModel} side={isEmptyChat ? 'bottom' : 'top'} />
            )}
            {!model && !models && !isModelListBroken && <Skeleton className="ml-2 h-4 w-28" />}
            {!model && (models || isModelListBroken) && <span className="px-2.5 text-ink-soft text-sm">Default model</span>}
          </div>
          <span id="composer-note" className="flex items-center gap-3">
            {length.isNearLimit ? <LengthNote length={length} /> : <QuotaHint />}
          </span>
          <IconButton label="Insert a prompt" keys="/" onClick={() => setIsPicking(true)}>
            <BookText aria-hidden="true" />
          </IconButton>
          {onStop ? (
            <IconButton label="Stop" keys="Esc" look="solid" size="round" onClick={onStop}>
              <Square className="size-3! fill-current" aria-hidden="true" />
            </IconButton>
          ) : (
            <IconButton type="submit" label="Send" keys="Enter" look="primary" size="round" disabled={!maySend}>
              <ArrowUp aria-hidden="true" />
            </IconButton>
          )}
        </div>
      </form>
      {/* Beside the form: what is submitted in the list is no message. */}
      <ErrorBoundary fallback={null} resetKey={String(isPicking)}>
        <Suspense>
          {isPicking && (
            <PromptPicker
              onPick={insert}
              onClose={() => setIsPicking(false)}
              onCloseAutoFocus={(event) => {
                event.preventDefault()
                area.current?.focus()
              }}
            />
          )}
        </Suspense>
      </ErrorBoundary>
    </>
  )
}
