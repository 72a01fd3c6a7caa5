import type { chatApi } from '@parley/contracts/public'

/** A conversation that was just begun, but for who and when. */
export const bareConversation = {
  model: null,
  pinned: false,
  archived: false,
  instructions: null,
  headMessageId: null,
  pathLength: 0,
  offersContinuation: false,
  continuedFrom: null,
} satisfies Partial<chatApi.Conversation>
