export const keys = {
  conversations: ['conversations'] as const,
  conversationList: (list: 'recent' | 'pinned' | 'archived', q: string) => ['conversations', list, q] as const,
  conversation: (id: string) => ['conversations', 'one', id] as const,
  /** Whatever is known of the messages of a conversation. */
  messages: (conversationId: string) => ['messages', conversationId] as const,
  /** The branch through a message, or (null) the one that is shown. */
  path: (conversationId: string, through: string | null) => ['messages', conversationId, through ?? ''] as const,
  share: (conversationId: string) => ['share', conversationId] as const,
  search: (q: string) => ['search', q] as const,
  models: ['models'] as const,
  notices: ['notices'] as const,
  limits: ['usage', 'limits'] as const,
}
