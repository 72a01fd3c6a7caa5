import { waitForMail } from '@parley/testing'
import type { t } from 'tap'
import { logIn, signUp } from './client.ts'
import { eventually, type World } from './world.ts'

/** The first paragraph of the README, by a program. */
export function story(test: typeof t, world: () => World): void {
  test.test('a person signs up, confirms the address, chats, and finds the conversation again', async (t) => {
    const ada = await signUp(world())
    const me = (await (await ada.request('GET', '/api/v1/me')).json()) as { user: Record<string, unknown> }
    t.match(me.user, { email: ada.email, role: 'user', plan: 'free', emailVerified: true })

    await ada.connect()
    const first = await ada.turn('Tell me about sailing boats.')
    t.equal(first.error, undefined)
    t.ok(first.accepted, 'the turn was accepted before its frames')
    t.ok(first.text.length > 0, 'text was streamed')
    t.equal(first.text, first.message?.text, 'the streamed text is the stored text')
    t.same(
      first.seqs,
      first.seqs.map((_, index) => index + 1),
      'B-3 sequence numbers start at 1 and have no gap',
    )
    t.match(first.message, {
      status: 'completed',
      role: 'assistant',
      model: String,
      provider: String,
      inputTokens: Number,
      outputTokens: Number,
      latencyMs: Number,
    })
    t.match(first.message?.costUsd, /^0\.\d{6}$/, 'B4 the answer is stored with its cost')

    const conversationId = first.accepted?.conversationId ?? ''
    const second = await ada.turn('And now about their sails.', { conversationId })
    t.equal(second.error, undefined)
    const messages = (await (await ada.request('GET', `/api/v1/conversations/${conversationId}/messages`)).json()) as {
      items: { role: string; text: string }[]
    }
    t.same(
      messages.items.map((message) => message.role),
      ['user', 'assistant', 'user', 'assistant'],
    )
    t.equal(messages.items[3]?.text, second.text)

    const list = (await (await ada.request('GET', '/api/v1/conversations')).json()) as { items: { id: string; title: string }[] }
    t.equal(list.items[0]?.id, conversationId)
    const titleOf = async () => {
      const answer = await ada.request('GET', `/api/v1/conversations/${conversationId}`)
      return ((await answer.json()) as { conversation: { title: string } }).conversation.title
    }
    await eventually('B1 a model made the title', titleOf, (title) => title === 'Sailing boats')

    const goOn = async () => {
      const headers = { 'idempotency-key': `continue-${conversationId}` }
      const answer = await ada.request('POST', `/api/v1/conversations/${conversationId}/continue`, { headers, body: {} })
      return { status: answer.status, body: (await answer.json()) as { conversation: { id: string } } }
    }
    const continued = await goOn()
    t.match(continued, { status: 201, body: { conversation: { title: 'Sailing boats (continued)', continuedFrom: conversationId } } })
    t.equal((await goOn()).body.conversation.id, continued.body.conversation.id, 'B5 asked twice under one key, continued once')

    const limits = await eventually(
      'the quota shows two messages',
      async () => (await (await ada.request('GET', '/api/v1/usage/limits')).json()) as { day: { used: number }; plan: string },
      (answer) => answer.day.used === 2,
    )
    t.equal(limits.plan, 'free')
    t.ok(await waitForMail(world().inboxUrl, ada.email, /welcome/i), 'F1 the welcome mail arrived')

    const again = await logIn(world().url, ada.email)
    t.equal((await again.request('GET', `/api/v1/conversations/${conversationId}`)).status, 200)
    t.equal((await again.request('POST', '/api/v1/auth/logout')).status, 204)
    await eventually(
      'A2 a log-out works at once',
      async () => (await again.request('GET', '/api/v1/me')).status,
      (status) => status === 401,
    )
    t.equal((await ada.request('GET', '/api/v1/me')).status, 200, 'the other session lives on')
    ada.close()
  })

  test.test('the edge serves its documents', async (t) => {
    const openapi = (await (await fetch(`${world().url}/api/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown> }
    t.match(openapi.openapi, /^3\.1/)
    for (const path of [
      '/api/v1/auth/register',
      '/api/v1/conversations',
      '/api/v1/models',
      '/api/v1/usage/limits',
      '/api/v1/billing/plans',
    ]) {
      t.ok(openapi.paths[path], `${path} is documented`)
    }
    const plans = (await (await fetch(`${world().url}/api/v1/billing/plans`)).json()) as { items: { id: string }[] }
    t.same(
      plans.items.map((plan) => plan.id),
      ['free', 'pro'],
    )
  })
}
