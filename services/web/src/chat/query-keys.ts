export const keys = {
  conversations: ['conversations'] as const,
  conversationList: (list: 'recent' | 'pinned' | 'archived', q: string) => ['conversations', list, q] as const,
  conversation: (id: string) => ['conversations', 'one', id] as const,
  messages: (conversationId: string) => ['messages', conversationId] as const,
  models: ['models'] as const,
  notices: ['notices'] as const,
  limits: ['usage', 'limits'] as const,
}
