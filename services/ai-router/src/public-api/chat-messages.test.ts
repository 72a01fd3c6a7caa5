import t from 'tap'
import { conversationOf } from './chat-messages.ts'

type Given = Parameters<typeof conversationOf>[0]
const read = (...messages: Given) => conversationOf(messages)

t.test('what the operator says goes to the front, wherever it stood', (t) => {
  t.same(
    read(
      { role: 'system', content: 'A' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'developer', content: [{ type: 'text', text: 'B' }] },
      { role: 'user', content: 'three' },
    ),
    {
      system: 'A\n\nB',
      messages: [
        { role: 'user', text: 'one' },
        { role: 'assistant', text: 'two' },
        { role: 'user', text: 'three' },
      ],
      prefill: '',
    },
  )
  t.end()
})

t.test('without a user’s word the operator’s last text is the question', (t) => {
  t.same(read({ role: 'system', content: 'Be kind.' }, { role: 'system', content: 'Say hello.' }), {
    system: 'Be kind.',
    messages: [{ role: 'user', text: 'Say hello.' }],
    prefill: '',
  })
  t.end()
})

t.test('an assistant’s message at the end is the beginning of the answer', (t) => {
  t.same(read({ role: 'user', content: 'Count.' }, { role: 'assistant', content: 'One, two,' }), {
    system: '',
    messages: [{ role: 'user', text: 'Count.' }],
    prefill: 'One, two,',
  })
  t.end()
})

t.test('tools, their answers and pictures keep their places', (t) => {
  const call = { id: 'call_1', type: 'function' as const, function: { name: 'look', arguments: '{"at":"sky"}' } }
  t.same(
    read(
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is ' },
          { type: 'text', text: 'this?' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: 'blue', tool_call_id: 'call_1' },
    ),
    {
      system: '',
      messages: [
        { role: 'user', text: 'What is this?', images: [{ url: 'https://example.com/a.png' }] },
        { role: 'assistant', text: '', toolCalls: [{ id: 'call_1', name: 'look', arguments: '{"at":"sky"}' }] },
        { role: 'tool', text: 'blue', toolCallId: 'call_1' },
      ],
      prefill: '',
    },
  )
  t.end()
})

t.test('what is no conversation says which message is wrong', (t) => {
  t.match(read({ role: 'user', content: 'a' }, { role: 'user', content: '' }), { index: 1, message: 'needs a text' })
  t.match(read({ role: 'assistant', content: 'a' }), { index: 0 })
  t.match(read({ role: 'system', content: ' ' }), { index: 0, message: 'needs a text' })
  const call = { id: 'c', function: { name: 'f', arguments: '' } }
  t.match(read({ role: 'user', content: 'a' }, { role: 'assistant', tool_calls: [call] }), { index: 1 })
  t.end()
})
