import type { chatApi } from '@parley/contracts/public'

/** From the first message to this one. */
export function pathTo(messages: readonly chatApi.ChatMessage[], endId: string | null): chatApi.ChatMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const path: chatApi.ChatMessage[] = []
  for (let message = byId.get(endId ?? ''); message; message = byId.get(message.parentId ?? '')) path.push(message)
  return path.reverse()
}

/** The path through a message, down to its newest end. */
export function branchOf(messages: readonly chatApi.ChatMessage[], through: string): chatApi.ChatMessage[] {
  let end = through
  for (;;) {
    const child = messages.findLast(({ parentId }) => parentId === end)
    if (!child) return pathTo(messages, end)
    end = child.id
  }
}
