import { defineErrors } from '@parley/errors'

/** What this service answers beyond the common errors. All but the first end a completion's stream (completion-failure.ts). */
export const errors = defineErrors({
  call_exists: { kind: 'conflict', message: 'This call was made before.' },
  model_not_allowed: { kind: 'forbidden', message: 'This model is not available on your plan.' },
  provider_unavailable: { kind: 'unavailable', message: 'The AI service is not available at the moment. Please try again.' },
  quota_exceeded: { kind: 'rate_limited', message: 'You have used all messages of your plan for now. Please try again later.' },
  unknown_parameter: { kind: 'invalid', message: ({ name }: { name: string }) => `Unknown parameter: '${name}'.` },
  rate_limited: { kind: 'rate_limited', message: 'The AI service is very busy. Please try again in a moment.' },
  context_overflow: { kind: 'invalid', message: 'This conversation is too long for the model. Please start a new one.' },
  request_rejected: { kind: 'invalid', message: 'The model refuses this request as wrong.' },
  content_blocked: { kind: 'invalid', message: 'This was stopped by our content rules.' },
  prompt_rejected: {
    kind: 'invalid',
    message: 'This message looks like an attempt to override the assistant’s instructions. Please put it differently.',
  },
})
