import t from 'tap'
import { v7 as newId } from 'uuid'
import type { CompletionCommand } from './completion-command.ts'
import { needsOf } from './needs-of.ts'

const command = (fields: Partial<CompletionCommand>): CompletionCommand => ({
  callId: newId(),
  turnId: newId(),
  userId: newId(),
  plan: 'free',
  model: 'auto',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  prefill: '',
  maxOutputTokens: 0,
  purpose: 'answer',
  ...fields,
})

t.test('C10 the length is that of everything the model is shown, and room for what it may write', async (t) => {
  const tokens = (fields: Partial<CompletionCommand>) => needsOf(command(fields)).tokens
  t.equal(tokens({ messages: [{ role: 'user', text: 'x'.repeat(400) }] }), 100)
  const messages = [{ role: 'user' as const, text: 'x'.repeat(400) }]
  t.equal(tokens({ messages, system: 'y'.repeat(40), prefill: 'z'.repeat(20), maxOutputTokens: 1_000 }), 1_115)
})

t.test('C10 pictures and tool calls in the conversation need a model that takes them', async (t) => {
  t.match(needsOf(command({})), { tools: false, images: false })
  t.match(needsOf(command({ messages: [{ role: 'user', text: '', images: [{ url: 'data:image/png;base64,AA==' }] }] })), { images: true })
  const calls = [{ id: '1', name: 'weather', arguments: '{}' }]
  t.match(
    needsOf(
      command({
        messages: [
          { role: 'assistant', text: '', toolCalls: calls },
          { role: 'tool', text: 'sunny', toolCallId: '1' },
        ],
      }),
    ),
    { tools: true },
  )
})
