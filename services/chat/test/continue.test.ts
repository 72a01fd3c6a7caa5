import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { byPurpose, saying } from './cheap-calls.ts'
import { aUser, type Chat, startWorld, type World } from './harness.ts'

type User = ReturnType<typeof aUser>
type Reply = { conversation: chatApi.Conversation }

const answers = (world: World) => world.aiRouter.calls.filter(({ request }) => request.purpose === 'CALL_PURPOSE_ANSWER')

async function aTalk(chat: Chat, user: User, ...texts: string[]): Promise<string> {
  const { body } = await chat.call<Reply>('POST', '/api/v1/conversations', user, {
    title: 'Boats',
    model: 'gpt-test',
    systemPrompt: 'Be brief.',
  })
  const conversationId = body.conversation.id
  for (const text of texts) {
    const { body: turn } = await chat.ask(user, { conversationId, text })
    await chat.ended(user, turn.turnId)
  }
  return conversationId
}

const goOn = (chat: Chat, user: User, id: string) => chat.call<Reply>('POST', `/api/v1/conversations/${id}/continue`, user)

t.test('B5 a conversation goes on in a new one, which a summary of the old one opens', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({ summary: saying('We compared hulls.') }))
  const id = await aTalk(chat, user, 'Which hull?', 'And which keel?')

  const { status, body } = await goOn(chat, user, id)
  t.equal(status, 201)
  const { conversation } = body
  t.match(conversation, {
    ...{ title: 'Boats (continued)', model: 'gpt-test', instructions: 'Be brief.', continuedFrom: id },
    ...{ pathLength: 0, headMessageId: null, offersContinuation: false },
  })
  const asked = world.aiRouter.calls.at(-1)?.request
  t.match(asked, { purpose: 'CALL_PURPOSE_SUMMARY', messages: [{ text: /Which hull\?[\s\S]*And which keel\?/ }] })

  const { body: turn } = await chat.ask(user, { conversationId: conversation.id, text: 'Where were we?' })
  await chat.ended(user, turn.turnId)
  const shown = answers(world).at(-1)?.request.messages ?? []
  t.equal(shown.length, 1)
  t.match(shown[0]?.text, /Be brief\.[\s\S]*We compared hulls\.[\s\S]*\n\nWhere were we\?$/)

  const again = await goOn(chat, user, conversation.id)
  t.equal(again.body.conversation.title, 'Boats (continued)')
  t.match(world.aiRouter.calls.at(-1)?.request.messages?.[0]?.text, /^<summary_so_far>\nWe compared hulls\./)
})

t.test('B5 when no model makes the summary nothing is created, and the user is told when to try again', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({}))
  const id = await aTalk(chat, user, 'Which hull?')
  const { status, headers, body } = await goOn(chat, user, id)
  t.match({ status, body }, { status: 503, body: { code: 'service_busy' } })
  t.ok(Number(headers['retry-after']) > 0)
  t.same(await world.query('SELECT id FROM conversation'), [{ id }])
})

t.test('a summary that was made is not asked for again, and changes nothing for the old conversation', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({ summary: saying('We compared hulls.') }))
  const id = await aTalk(chat, user, 'Which hull?')
  await goOn(chat, user, id)
  const calls = world.aiRouter.calls.length
  t.equal((await goOn(chat, user, id)).status, 201)
  t.equal(world.aiRouter.calls.length, calls)

  const { body: turn } = await chat.ask(user, { conversationId: id, text: 'Still here' })
  await chat.ended(user, turn.turnId)
  const shown = answers(world).at(-1)?.request.messages ?? []
  t.equal(shown.length, 3, 'its messages are shown as before')
})

t.test('an answer that is being written is not waited for, and an empty conversation is continued without a call', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({ summary: saying('We compared hulls.') }))
  const id = await aTalk(chat, user, 'Which hull?')
  world.aiRouter.play(
    byPurpose({
      answer: async (call) => {
        call.text('thinking')
        await call.gone
      },
      summary: saying('We compared hulls.'),
    }),
  )
  await chat.ask(user, { conversationId: id, text: 'Running' })
  await waitFor('the answer to be asked for', () => answers(world).length === 2)
  t.equal((await goOn(chat, user, id)).status, 201)
  t.notMatch(world.aiRouter.calls.at(-1)?.request.messages?.[0]?.text, /Running/)

  const { body } = await chat.call<Reply>('POST', '/api/v1/conversations', user, {})
  const calls = world.aiRouter.calls.length
  t.match(await goOn(chat, user, body.conversation.id), { status: 201, body: { conversation: { title: null } } })
  t.equal(world.aiRouter.calls.length, calls)
})

t.test("somebody else's conversation is not continued", async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const id = await aTalk(chat, aUser(), 'Mine')
  for (const target of [id, randomUUID()]) {
    t.match(await goOn(chat, aUser(), target), { status: 404, body: { code: 'conversation_not_found' } })
  }
  t.match(await chat.call('POST', '/api/v1/conversations/nonsense/continue', aUser()), { status: 400 })
})
