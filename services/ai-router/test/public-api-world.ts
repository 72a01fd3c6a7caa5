import type { Principal } from '@parley/principal'
import OpenAI from 'openai'
import type { Test } from 'tap'
import { serveFakeQuota } from './fake-quota.ts'
import { startWorld } from './harness.ts'

/** The official client, with the gateway's word on who asks in place of a key. */
export async function startApi(t: Test, options: Parameters<typeof startWorld>[1] = {}) {
  const world = await startWorld(t, options)
  const quota = serveFakeQuota(world.deps.bus)
  const as = async (principal: Principal) =>
    new OpenAI({ baseURL: `${world.url}/v1`, apiKey: 'of the gateway', maxRetries: 0, defaultHeaders: await world.headers(principal) })
  const client = await as(world.principal)
  const callIdOf = (id: string) => id.replace('chatcmpl-', '').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
  const post = async (body: unknown, headers: Record<string, string> = {}, path = '/v1/chat/completions') =>
    fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await world.headers()), ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { world, quota, client, as, callIdOf, post }
}
