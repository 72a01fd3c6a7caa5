import { commonErrors } from '@parley/errors'
import type { HttpClient } from '@parley/service-kit'
import type { Logger } from '@parley/telemetry'
import { mergeOpenApi, type OpenApiDocument } from './merge-openapi.ts'

const FRESH_MS = 60_000
const TIMEOUT_MS = 2_000

export interface ApiDocumentsOptions {
  services: Readonly<Record<string, HttpClient>>
  ownDocument: () => OpenApiDocument
  publicUrl: string
  logger: Logger
}

export type ApiDocuments = ReturnType<typeof createApiDocuments>

/** The services' own descriptions, asked for at most once a minute. One that is away is described as it was last. */
export function createApiDocuments({ services, ownDocument, publicUrl, logger }: ApiDocumentsOptions) {
  const known = new Map<string, OpenApiDocument>()
  let freshUntilMs = 0
  let running: Promise<void> | undefined

  async function load(): Promise<void> {
    const results = await Promise.all(
      Object.entries(services).map(async ([name, service]) => {
        try {
          known.set(name, await service.json<OpenApiDocument>('GET', '/openapi.json', { timeoutMs: TIMEOUT_MS }))
          return true
        } catch (error) {
          logger.debug({ err: error, service: name }, 'no description of the API')
          return false
        }
      }),
    )
    if (results.every(Boolean)) freshUntilMs = Date.now() + FRESH_MS
  }

  return {
    async refresh(): Promise<void> {
      if (Date.now() < freshUntilMs) return
      running ??= load().finally(() => {
        running = undefined
      })
      await running
      if (known.size === 0) throw commonErrors.service_busy({ internal: 'no service describes itself', retryAfterS: 1 })
    },
    merged: (): OpenApiDocument => mergeOpenApi(new Map([...known, ['gateway', ownDocument()]]), publicUrl),
  }
}
