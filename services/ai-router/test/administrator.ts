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

/** Adds a provider that speaks OpenAI's API at this address, with one model. Throws when that is refused. */
export async function addLlama(administrator: Administrator, baseUrl: string, fields: Parameters<typeof aModel>[0] = {}): Promise<void> {
  for (const [path, body] of [
    ['/providers', aProvider(baseUrl)],
    ['/models', aModel(fields)],
  ] as const) {
    const { status, body: problem } = await administrator.ask('POST', path, body)
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(problem)}`)
  }
}
