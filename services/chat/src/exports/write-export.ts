import { type ConversationRow, toConversation } from '../conversations/conversation.ts'
import { type MessageRow, toMessage } from '../messages/message.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import type { ExportStore } from './exports.store.ts'

/** Messages in memory at once, whatever the conversation's length. */
const BATCH = 100

const SPEAKERS = { user: 'You', assistant: 'Assistant' }

/** The branch that is shown, for people. Texts are written as they are; an answer still being written is left out. */
export async function* writeMarkdown(
  { exported }: { exported: ExportStore },
  { title, headMessageId }: ConversationRow,
): AsyncGenerator<string> {
  yield `# ${title ?? 'Conversation'}\n`
  const ids = headMessageId === null ? [] : await exported.pathIds(headMessageId)
  for (let start = 0; start < ids.length; start += BATCH) {
    const rows = await exported.read(ids.slice(start, start + BATCH))
    for (const row of rows) if (row.status !== 'running') yield markdownOf(row)
  }
}

function markdownOf({ role, model, createdAt, status, text, feedback }: MessageRow): string {
  const facts = [
    ...(model === null ? [] : [model]),
    createdAt.toISOString(),
    ...(status === 'completed' ? [] : [status]),
    ...(feedback ? [feedback.value === 1 ? 'rated good' : 'rated bad'] : []),
  ]
  return `\n## ${SPEAKERS[role]}\n\n*${facts.join(' · ')}*\n\n${text}\n`
}

/** All branches, for programs: `{conversation, messages}` in the shapes of the API, oldest message first. */
export async function* writeJson({ messages }: { messages: MessageStore }, conversation: ConversationRow): AsyncGenerator<string> {
  yield `{"conversation":${JSON.stringify(toConversation(conversation))},"messages":[`
  let last: MessageRow | undefined
  for (;;) {
    const after = last && { time: last.createdAt, id: last.id }
    const rows = await messages.list(conversation.id, { after, limit: BATCH })
    for (const row of rows) {
      yield `${last ? ',' : ''}\n${JSON.stringify(toMessage(row))}`
      last = row
    }
    if (rows.length < BATCH) break
  }
  yield '\n]}\n'
}
