import type { adminCatalogueApi } from '@parley/contracts'
import { aPrincipal } from '@parley/testing'
import type { World } from './harness.ts'

export type Administrator = ReturnType<typeof anAdministrator>

export interface Answered<T> {
  status: number
  body: T
}

/** Somebody who may change the catalogue, at the world's first replica unless another one's address is given. */
export function anAdministrator(world: World, url = world.url) {
  const principal = aPrincipal({ role: 'admin' })
  return {
    userId: principal.userId,
    async ask<T = unknown>(method: string, path: string, body?: unknown): Promise<Answered<T>> {
      const response = await fetch(`${url}/api/v1/admin${path}`, {
        method,
        headers: { ...(await world.headers(principal)), ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      const text = await response.text()
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
    },
  }
}

export const aModel = (fields: Partial<adminCatalogueApi.NewModel> = {}) => ({
  id: 'llama',
  provider: 'our-llama',
  name: 'Llama',
  vendorModel: 'llama-4',
  contextWindow: 32_000,
  maxOutputTokens: 4_000,
  plan: 'free',
  price: { inputUsd: '0.10', outputUsd: '0.40' },
  ...fields,
})

export const aProvider = (baseUrl: string) => ({ id: 'our-llama', name: 'Our Llama', kind: 'openai-compatible', baseUrl })

/** What the simulator, like most vendors, wants to be asked with. */
const ANY_KEY = 'sk-a-key-of-these-tests'

/** Adds a provider that speaks OpenAI's API at this address, with a key and one model. Throws when that is refused. */
export async function addLlama(administrator: Administrator, baseUrl: string, fields: Parameters<typeof aModel>[0] = {}): Promise<void> {
  await addLlamaWithoutKey(administrator, baseUrl, fields)
  await must(administrator, 'PUT', '/providers/our-llama/key', { key: ANY_KEY })
}

export async function addLlamaWithoutKey(
  administrator: Administrator,
  baseUrl: string,
  fields: Parameters<typeof aModel>[0] = {},
): Promise<void> {
  await must(administrator, 'POST', '/providers', aProvider(baseUrl))
  await must(administrator, 'POST', '/models', aModel(fields))
}

async function must(administrator: Administrator, method: string, path: string, body: object): Promise<void> {
  const { status, body: problem } = await administrator.ask(method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(problem)}`)
}
