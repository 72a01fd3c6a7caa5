import type { SearchHit } from '../chat-api.ts'

export interface HitGroup {
  conversationId: string
  title: string | null
  hits: SearchHit[]
}

/** Hits under their conversations, both in the order in which they were found. */
export function groupHits(hits: readonly SearchHit[]): HitGroup[] {
  const groups = new Map<string, HitGroup>()
  for (const hit of hits) {
    const { conversationId, conversationTitle: title } = hit
    const group = groups.get(conversationId)
    if (group) group.hits.push(hit)
    else groups.set(conversationId, { conversationId, title, hits: [hit] })
  }
  return [...groups.values()]
}
