import { randomUUID } from 'node:crypto'

type Run = (sql: string, values: unknown[]) => Promise<unknown>

/** Writes one branch as it stands after its turns have ended: questions and answers in turn, a second apart. */
export async function storeConversation(
  run: Run,
  { userId, texts, title = 'Stored' }: { userId: string; texts: string[]; title?: string },
) {
  const conversationId = randomUUID()
  const ids = texts.map(() => randomUUID())
  await run('INSERT INTO conversation (id, user_id, title, head_message_id, path_length) VALUES ($1, $2, $3, $4, $5)', [
    ...[conversationId, userId, title, ids.at(-1) ?? null, ids.length],
  ])
  await run(
    `INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status, model, created_at)
     SELECT id, $1, parent_id, depth, CASE WHEN depth % 2 = 1 THEN 'user' ELSE 'assistant' END, text, 'completed',
            CASE WHEN depth % 2 = 0 THEN 'gpt-test' END, timestamptz '2026-01-01 00:00:00Z' + depth * interval '1 second'
     FROM unnest($2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY AS m (id, parent_id, text, depth)`,
    [conversationId, ids, ids.map((_, index) => ids[index - 1] ?? null), texts],
  )
  return { conversationId, ids }
}

/** A message beside or below what is stored; not shown. */
export async function storeBranch(
  run: Run,
  { conversationId, parentId, depth, text }: { conversationId: string; parentId: string | null; depth: number; text: string },
): Promise<string> {
  const id = randomUUID()
  await run(
    `INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'completed', timestamptz '2026-01-02 00:00:00Z' + $4::integer * interval '1 second')`,
    [id, conversationId, parentId, depth, depth % 2 === 1 ? 'user' : 'assistant', text],
  )
  return id
}

export const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `Message ${index + 1}`)
