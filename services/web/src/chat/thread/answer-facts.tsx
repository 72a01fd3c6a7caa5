import { Tooltip } from '../../design/tooltip.tsx'
import type { ChatMessage, Model } from '../chat-api.ts'
import { SimulatedBadge } from '../simulated-badge.tsx'

interface AnswerFactsProps {
  message: ChatMessage
  model: Model | undefined
}

/** Who answered; on a closer look also how long it took and what it cost. */
export function AnswerFacts({ message, model }: AnswerFactsProps) {
  if (!message.model) return null
  const facts = [
    message.latencyMs !== undefined && `${(message.latencyMs / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`,
    message.cached && 'answered before, from the cache',
    !message.cached &&
      message.inputTokens !== undefined &&
      message.outputTokens !== undefined &&
      `${(message.inputTokens + message.outputTokens).toLocaleString('en')} tokens`,
    message.costUsd !== undefined && `$${message.costUsd}`,
  ].filter(Boolean)
  return (
    <span className="inline-flex items-center gap-2 px-2">
      <Tooltip text={facts.join(' · ') || 'No figures for this answer'}>
        <button type="button" className="max-w-56 cursor-default truncate rounded-md">
          {model?.name ?? message.model}
          <span className="sr-only">: {facts.join(', ')}</span>
        </button>
      </Tooltip>
      <SimulatedBadge model={model} />
    </span>
  )
}
