import { FinishReason } from '@parley/contracts'

/** OpenAI's words for how an answer ended. */
export const finishReasons: Readonly<Record<FinishReason, string>> = {
  [FinishReason.UNSPECIFIED]: 'stop',
  [FinishReason.STOP]: 'stop',
  [FinishReason.LENGTH]: 'length',
  [FinishReason.CONTENT_FILTER]: 'content_filter',
  [FinishReason.TOOL_CALLS]: 'tool_calls',
}
