import { commonApi, promptsApi } from '@parley/contracts'
import { type App, decodeCursor, requireAdmin, requireUser, toPage } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { errors } from '../errors.ts'
import { changePrompt, deletePrompt, readPrompt, restoreVersion } from './change-prompt.ts'
import { LAST_VERSION, toPrompt, toVersion, versionCursor, versionOfCursor } from './prompt.ts'
import type { PromptStore } from './prompts.store.ts'

const tags = ['prompts']
const params = z.object({ id: commonApi.id })
const versionParams = params.extend({ version: z.coerce.number().int().min(1).max(LAST_VERSION) })
const response = { 200: promptsApi.promptReply }

/** `promptsPerUser`: how many one user may own. */
export function promptRoutes(app: App, deps: { prompts: PromptStore; promptsPerUser: number }): void {
  const { prompts, promptsPerUser } = deps

  app.get(
    '/api/v1/prompts',
    { schema: { tags, querystring: promptsApi.promptListQuery, response: { 200: promptsApi.promptPage } } },
    async (request) => {
      const user = requireUser(request)
      const { limit, cursor, q } = request.query
      const before = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = await prompts.list({ userId: user.userId, namePart: q, before, limit: limit + 1 })
      return toPage(
        rows,
        limit,
        ({ updatedAt, id }) => ({ time: updatedAt, id }),
        (row) => toPrompt(row, user),
      )
    },
  )

  app.post(
    '/api/v1/prompts',
    { schema: { tags, body: promptsApi.createPromptBody, response: { 201: promptsApi.promptReply } } },
    async (request, reply) => {
      const { name, text, shared: isShared = false } = request.body
      const user = isShared ? requireAdmin(request) : requireUser(request)
      const row = await prompts.create({ id: newId(), userId: user.userId, name, text, isShared }, promptsPerUser)
      if (!row) throw errors.too_many_prompts({ params: { limit: promptsPerUser } })
      return reply.code(201).send({ prompt: toPrompt(row, user) })
    },
  )

  app.get('/api/v1/prompts/:id', { schema: { tags, params, response } }, async (request) => {
    const user = requireUser(request)
    return { prompt: toPrompt(await readPrompt(deps, user, request.params.id), user) }
  })

  app.patch('/api/v1/prompts/:id', { schema: { tags, params, body: promptsApi.updatePromptBody, response } }, async (request) => {
    const user = requireUser(request)
    const { name, text, shared: isShared } = request.body
    return { prompt: toPrompt(await changePrompt(deps, user, request.params.id, { name, text, isShared }), user) }
  })

  app.delete('/api/v1/prompts/:id', { schema: { tags, params, response: { 204: z.null() } } }, async (request, reply) => {
    await deletePrompt(deps, requireUser(request), request.params.id)
    return reply.code(204).send(null)
  })

  app.get(
    '/api/v1/prompts/:id/versions',
    { schema: { tags, params, querystring: commonApi.pageQuery, response: { 200: promptsApi.promptVersionPage } } },
    async (request) => {
      const { id } = await readPrompt(deps, requireUser(request), request.params.id)
      const { limit, cursor } = request.query
      const rows = await prompts.listVersions(id, { before: cursor === undefined ? undefined : versionOfCursor(cursor), limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return { items: shown.map(toVersion), nextCursor: rows.length > limit && last ? versionCursor(last.version) : null }
    },
  )

  app.post('/api/v1/prompts/:id/versions/:version/restore', { schema: { tags, params: versionParams, response } }, async (request) => {
    const user = requireUser(request)
    const { id, version } = request.params
    return { prompt: toPrompt(await restoreVersion(deps, user, id, version), user) }
  })
}
