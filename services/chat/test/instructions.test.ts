import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('B7 a user’s instructions are shown to the model in all conversations, behind the conversation’s own', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  t.same((await chat.call('GET', '/api/v1/instructions', user)).body, { text: null })
  t.same((await chat.call('PUT', '/api/v1/instructions', user, { text: ' Answer in French. ' })).body, { text: 'Answer in French.' })
  t.same((await chat.call('GET', '/api/v1/instructions', user)).body, { text: 'Answer in French.' })

  const created = await chat.call<{ conversation: { id: string } }>('POST', '/api/v1/conversations', user, { systemPrompt: 'Be brief.' })
  await chat.ask(user, { conversationId: created.body.conversation.id, text: 'Hello?' })
  const request = await waitFor('the call', () => world.aiRouter.calls[0]?.request)
  t.match(request.messages?.[0]?.text, /^<my_instructions>\nBe brief\.\n[\s\S]*\nAnswer in French\.\n<\/my_instructions>\n\nHello\?$/)
  t.notMatch(request.system, /French|brief/, 'users’ words never join the system prompt')

  await chat.ask(aUser(), { text: 'Somebody else' })
  t.equal((await waitFor('the call', () => world.aiRouter.calls[1]?.request)).messages?.[0]?.text, 'Somebody else')
})

t.test('B7 instructions are changed and taken back, and bad ones are a 400', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  for (const text of ['One', 'Two', '', 'Three', null, null]) {
    t.same((await chat.call('PUT', '/api/v1/instructions', user, { text })).body, { text: text || null })
  }
  for (const body of [{}, { text: 7 }, { text: 'x'.repeat(8_001) }, { text: 'a\0b' }, { text: 'a', more: 1 }]) {
    t.match(await chat.call('PUT', '/api/v1/instructions', user, body), { status: 400, body: { code: 'invalid_request' } })
  }
})
