import OpenAI from 'openai'
import type { t } from 'tap'
import { type Client, logIn, signUp } from './client.ts'
import { eventually, type World } from './world.ts'

interface Spend {
  capUsd: string | null
  spentUsd: string
  heldUsd: string
}

const spendOf = async (person: Client): Promise<Spend> =>
  ((await (await person.request('GET', '/api/v1/usage/limits')).json()) as { spend: Spend }).spend

const ONE_MICRO_USD = 0.000001

/** R-6 through the edge: chat and the OpenAI-compatible API, with real prices of scripted answers. */
export function spendCaps(test: typeof t, world: () => World): void {
  test.test('R-6 8 answers at once just below a user’s cap: one is written; an API call is refused in OpenAI’s words', async (t) => {
    const { email, password } = world().platform.run.admin
    const admin = await logIn(world().url, email, password)
    const setCap = (person: Client, monthUsd: string) =>
      admin.request('PUT', `/api/v1/admin/usage/spend-caps/users/${person.userId}`, { body: { monthUsd } })
    const ada = await signUp(world(), 'Spender')
    await ada.connect()
    t.equal((await ada.request('PUT', '/api/v1/admin/usage/spend-caps/platform', { body: { monthUsd: '0', dayUsd: null } })).status, 403)

    const first = await ada.turn('[[tokens=40 seed=3]]')
    const cost = Number(first.message?.costUsd)
    t.ok(cost > 0)
    const settled = await eventually(
      'the first answer to be spent',
      () => spendOf(ada),
      ({ spentUsd, heldUsd }) => Number(spentUsd) === cost && Number(heldUsd) === 0,
    )
    t.match(settled, { capUsd: '5.000000' })

    t.equal((await setCap(ada, (cost + ONE_MICRO_USD).toFixed(6))).status, 200)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => ada.turn('[[tokens=40 seed=3]]')))
    t.equal(outcomes.filter(({ message }) => message).length, 1, 'the only one over')
    const refused = outcomes.flatMap(({ error }) => (error ? [error.code] : []))
    t.equal(refused.length, 7)
    t.ok(
      refused.every((code) => code === 'spend_cap_held' || code === 'spend_cap_reached'),
      String(refused),
    )
    t.match(outcomes.find(({ error }) => error)?.error?.message, /^Your spending limit is/)
    const over = await eventually(
      'the second answer to be spent',
      () => spendOf(ada),
      ({ spentUsd, heldUsd }) => Number(spentUsd) > cost && Number(heldUsd) === 0,
    )
    t.equal(Number(over.spentUsd).toFixed(6), (2 * cost).toFixed(6), 'to the micro-dollar')

    const key = await ada.request('POST', '/api/v1/me/api-keys', { body: { name: 'a program', scopes: ['chat'] } })
    const { key: apiKey } = (await key.json()) as { key: string }
    const client = new OpenAI({ baseURL: `${world().url}/v1`, apiKey, maxRetries: 2 })
    const ask = () => client.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: '[[tokens=3]]' }] })
    const refusal = await ask().then(
      () => null,
      (error: unknown) => error,
    )
    t.ok(refusal instanceof OpenAI.RateLimitError && refusal.code === 'insufficient_quota', String(refusal))
    t.ok(refusal instanceof OpenAI.APIError && refusal.headers?.get('x-should-retry') === 'false')

    t.equal((await setCap(ada, '5')).status, 200)
    t.match(await ask(), { object: 'chat.completion' }, 'a new cap counts at once')
    t.match(await (await admin.request('GET', `/api/v1/admin/usage/spend-caps/users/${ada.userId}`)).json(), {
      user: { source: 'own', month: { capUsd: '5.000000' } },
    })
    ada.close()
  })
}
