import type { modelsApi } from '@parley/contracts/public'
import type { t } from 'tap'
import { type Client, logIn, signUp } from './client.ts'
import type { World } from './world.ts'

const KEY = 'sk-added-by-an-administrator-5e6f'

/** C1, C2, R-6 and A-18 through the edge: what an administrator sets up answers people, and what is switched off does not. */
export function catalogue(test: typeof t, world: () => World): void {
  test.test(
    'C1 C2 R-6 an administrator adds a provider with its key and a model, people chat with it, and it is switched off',
    async (t) => {
      const { email, password } = world().platform.run.admin
      const admin = await logIn(world().url, email, password)
      const cato = await signUp(world(), 'Cato')
      await cato.connect()
      const change = async (method: string, path: string, body?: object) =>
        (await admin.request(method, `/api/v1/admin${path}`, { body })).status
      const provider = { id: 'our-llama', name: 'Our Llama', kind: 'openai-compatible', baseUrl: world().vendors.openaiUrl }
      const model = {
        id: 'llama',
        provider: 'our-llama',
        name: 'Llama',
        vendorModel: 'llama-4',
        contextWindow: 32_000,
        maxOutputTokens: 4_000,
      }

      t.equal((await cato.request('POST', '/api/v1/admin/providers', { body: provider })).status, 403)
      t.equal(await change('POST', '/providers', provider), 201)
      t.equal(await change('PUT', '/providers/our-llama/key', { key: KEY }), 200)
      t.equal(await change('POST', '/models', { ...model, plan: 'free', price: { inputUsd: '0.10', outputUsd: '0.40' } }), 201)
      t.match(await offered(cato), { available: true })
      t.match(await cato.turn('hello', { model: 'llama' }), { message: { model: 'llama', provider: 'our-llama' } })
      t.notMatch(await (await admin.request('GET', '/api/v1/admin/providers')).text(), KEY)
      t.notMatch(world().logLines('ai-router').join('\n'), KEY)
      t.notMatch(world().logLines('gateway').join('\n'), KEY)

      t.equal(
        await change('PUT', '/routes/auto/free', {
          targets: [
            { model: 'llama', priority: 1 },
            { model: 'gpt-5.4-nano', priority: 2 },
          ],
        }),
        200,
      )
      t.match(await cato.turn('hello again'), { message: { model: 'llama' } })
      t.equal(await change('PATCH', '/providers/our-llama', { enabled: false }), 200)
      t.match(await offered(cato), { available: false })
      t.match(await cato.turn('hello a third time', { model: 'llama' }), { error: { code: 'model_not_allowed' } })
      t.match(await cato.turn('and again'), { message: { model: 'gpt-5.4-nano' } }, 'the route goes on without it')

      t.equal(await change('DELETE', '/routes/auto/free'), 204)
      t.equal(await change('DELETE', '/models/llama'), 204)
      t.equal(await change('DELETE', '/providers/our-llama'), 204)
      t.equal(await offered(cato), undefined)
      cato.close()
    },
  )
}

async function offered(client: Client): Promise<modelsApi.Model | undefined> {
  const { items } = (await (await client.request('GET', '/api/v1/models')).json()) as { items: modelsApi.Model[] }
  return items.find(({ id }) => id === 'llama')
}
