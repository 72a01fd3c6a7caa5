import { defineErrors } from '@parley/errors'

/** What this service answers beyond the common errors. */
export const errors = defineErrors({
  call_exists: { kind: 'conflict', message: 'This call was made before.' },

  // Ends of a completion's stream (completion-failure.ts).
  model_not_allowed: { kind: 'forbidden', message: 'This model is not available on your plan.' },
  model_not_capable: { kind: 'invalid', message: 'This model cannot do what was asked of it: tools, images or a JSON schema.' },
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

  // The catalogue's administration.
  model_not_found: { kind: 'not_found', message: 'This model does not exist.' },
  model_exists: { kind: 'conflict', message: 'There is a model with this id already.' },
  model_in_route: { kind: 'conflict', message: 'A route goes to this model. Change the route first.' },
  provider_not_found: { kind: 'not_found', message: 'This provider does not exist.' },
  provider_exists: { kind: 'conflict', message: 'There is a provider with this id already.' },
  provider_in_use: { kind: 'conflict', message: 'This provider has models. Delete them first.' },
  provider_from_environment: {
    kind: 'conflict',
    message: 'The environment of the installation sets up this provider: its key and address are changed there.',
  },
  provider_key_not_found: { kind: 'not_found', message: 'This provider has no key.' },
  provider_keys_off: { kind: 'conflict', message: 'This installation cannot keep keys: PROVIDER_KEY_ENCRYPTION_KEYS is not set.' },
  route_not_found: { kind: 'not_found', message: 'There is no such route.' },
})
