import type { promptsApi } from '@parley/contracts/public'
import { v7 as newId } from 'uuid'
import { type Call, Refusal, type Route } from './route.ts'

type Version = { version: number; name: string; text: string; createdAt: string }
export interface MockPrompt {
  prompt: promptsApi.Prompt
  versions: Version[]
}

const variablesOf = (text: string) => [...new Set([...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map(([, name = '']) => name))]

export function makePrompt(name: string, text: string, more: Partial<promptsApi.Prompt> = {}): MockPrompt {
  const now = new Date().toISOString()
  const times = { createdAt: now, updatedAt: now }
  const prompt = { id: newId(), name, text, variables: variablesOf(text), version: 1, shared: false, mine: true, ...times, ...more }
  return { prompt, versions: [{ version: 1, name, text, createdAt: now }] }
}

function promptOf({ world, parts }: Call): MockPrompt {
  const found = world.prompts.find(({ prompt }) => prompt.id === parts[0])
  if (!found) throw new Refusal(404, 'prompt_not_found', 'This prompt does not exist.')
  return found
}

function change({ prompt, versions }: MockPrompt, changes: Record<string, unknown>): void {
  Object.assign(prompt, changes, { version: prompt.version + 1, updatedAt: new Date().toISOString() })
  prompt.variables = variablesOf(prompt.text)
  versions.unshift({ version: prompt.version, name: prompt.name, text: prompt.text, createdAt: prompt.updatedAt })
}

export const promptRoutes: Route[] = [
  [
    'GET',
    /^\/prompts$/,
    ({ world, query }) => {
      const words = query.get('q')?.toLowerCase() ?? ''
      return {
        items: world.prompts.map(({ prompt }) => prompt).filter(({ name }) => name.toLowerCase().includes(words)),
        nextCursor: null,
      }
    },
  ],
  [
    'POST',
    /^\/prompts$/,
    ({ world, body }) => {
      const made = makePrompt(String(body.name), String(body.text), { shared: Boolean(body.shared) })
      world.prompts.unshift(made)
      return { prompt: made.prompt }
    },
  ],
  [
    'PATCH',
    /^\/prompts\/([^/]+)$/,
    (call) => {
      const found = promptOf(call)
      change(found, call.body)
      return { prompt: found.prompt }
    },
  ],
  [
    'DELETE',
    /^\/prompts\/([^/]+)$/,
    (call) => {
      const found = promptOf(call)
      call.world.prompts = call.world.prompts.filter((one) => one !== found)
    },
  ],
  ['GET', /^\/prompts\/([^/]+)\/versions$/, (call) => ({ items: promptOf(call).versions, nextCursor: null })],
  [
    'POST',
    /^\/prompts\/([^/]+)\/versions\/(\d+)\/restore$/,
    (call) => {
      const found = promptOf(call)
      const old = found.versions.find(({ version }) => version === Number(call.parts[1]))
      if (old) change(found, { name: old.name, text: old.text })
      return { prompt: found.prompt }
    },
  ],
  ['GET', /^\/instructions$/, ({ world }) => ({ text: world.instructions })],
  [
    'PUT',
    /^\/instructions$/,
    ({ world, body }) => {
      world.instructions = (body.text as string | null) || null
      return { text: world.instructions }
    },
  ],
]
