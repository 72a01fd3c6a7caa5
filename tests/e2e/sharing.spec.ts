import { randomUUID } from 'node:crypto'
import type { t } from 'tap'
import { signUp } from './client.ts'
import type { World } from './world.ts'

interface Share {
  slug: string
}

/** Links and Idempotency-Keys: what is repeated, and what is asked anew. */
export function sharing(test: typeof t, world: () => World): void {
  test.test('a repeated request never shares again what was revoked; a new key is a new wish and a new address', async (t) => {
    const ada = await signUp(world(), 'Ada')
    await ada.connect()
    const { message } = await ada.turn('Something to share')
    ada.close()
    const path = `/api/v1/conversations/${message?.conversationId}/share`
    const share = async (key: string) => {
      const answer = await ada.request('POST', path, { headers: { 'idempotency-key': key } })
      return {
        status: answer.status,
        isReplayed: answer.headers.get('idempotent-replayed') === 'true',
        ...((await answer.json()) as Share),
      }
    }
    const statusOf = async (slug: string) => (await ada.request('GET', `/api/v1/shared/${slug}`)).status

    const [first, second] = [randomUUID(), randomUUID()]
    const shared = await share(first)
    t.match(shared, { status: 201, isReplayed: false })
    t.equal(await statusOf(shared.slug), 200)
    t.match(await share(first), { status: 201, isReplayed: true, slug: shared.slug }, 'its answer was lost, perhaps')

    t.equal((await ada.request('DELETE', path)).status, 204)
    t.match(await share(first), { status: 201, isReplayed: true, slug: shared.slug }, 'a late repetition gets the first answer')
    t.equal(await statusOf(shared.slug), 404, 'and opens nothing')
    t.equal((await ada.request('GET', path)).status, 404)

    const again = await share(second)
    t.match(again, { status: 201, isReplayed: false })
    t.not(again.slug, shared.slug, 'an address that was revoked never comes back')
    t.equal(await statusOf(again.slug), 200)
    t.match(await share(first), { isReplayed: true, slug: shared.slug })
    t.same([await statusOf(shared.slug), await statusOf(again.slug)], [404, 200])
  })
}
