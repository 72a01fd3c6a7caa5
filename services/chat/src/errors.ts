import { commonErrors, defineErrors } from '@parley/errors'

/** What this service itself refuses. Errors of a model call come from the ai-router and keep their code. */
export const errors = defineErrors({
  conversation_not_found: { kind: 'not_found', message: 'This conversation does not exist.' },
  message_not_found: { kind: 'not_found', message: 'This message does not exist.' },
  turn_not_found: { kind: 'not_found', message: 'This answer does not exist.' },
  share_not_found: { kind: 'not_found', message: 'This link does not exist, or it is no longer shared.' },
  nothing_to_share: { kind: 'conflict', message: 'There is nothing to share in this conversation yet.' },
  prompt_not_found: { kind: 'not_found', message: 'This prompt does not exist.' },
  prompt_version_not_found: { kind: 'not_found', message: 'This version of the prompt does not exist.' },
  too_many_prompts: {
    kind: 'conflict',
    message: ({ limit }: { limit: number }) => `You have ${limit} prompts, more are not possible. Please delete one first.`,
  },
  turn_conflict: { kind: 'conflict', message: 'Another message was already sent under this id.' },
  message_too_long: {
    kind: 'invalid',
    message: ({ length, limit }: { length: number; limit: number }) =>
      `Message too long, please shorten it: it has ${length} characters, ${limit} are allowed.`,
  },
  quota_exceeded: { kind: 'rate_limited', message: 'You have used all your messages for now. Please try again later.' },
  provider_unavailable: { kind: 'unavailable', message: 'The model does not answer right now. Your message is kept, please try again.' },
})

export { commonErrors }
