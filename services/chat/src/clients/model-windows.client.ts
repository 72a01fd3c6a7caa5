import type { modelsApi } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { Principal, PrincipalSigner } from '@parley/principal'
import { createHttpClient } from '@parley/service-kit'
import type { Logger } from '@parley/telemetry'
import { keepFresh } from './keep-fresh.ts'

const ASK_TIMEOUT_MS = 3_000

/** Tokens, as long as the catalogue is not known: less than any model has that answers conversations. */
export const UNKNOWN_WINDOW_TOKENS = 16_000

/** The catalogue hides nothing from anybody, so it is asked on nobody's behalf. */
const nobody: Principal = { userId: '00000000-0000-0000-0000-000000000000', role: 'user', plan: 'free', sessionId: '' }

/** How much models can read, as the ai-router's catalogue says. Known beforehand: no turn waits for the answer. */
export interface ModelWindows {
  /** Tokens. `auto` and models nobody knows (any more) have the smallest window of all available ones. */
  windowOf(model: string): number
  refresh(): Promise<void>
  stop(): Promise<void>
}

export interface ModelWindowsDependencies {
  baseUrl: string
  principals: PrincipalSigner
  bus: Pick<Bus, 'onBroadcast'>
  logger: Logger
}

export function openModelWindows({ baseUrl, principals, bus, logger }: ModelWindowsDependencies): ModelWindows {
  const client = createHttpClient({ baseUrl, name: 'ai-router', principals })
  let windows = new Map<string, number>()
  let smallest = UNKNOWN_WINDOW_TOKENS

  const fresh = keepFresh({
    bus,
    logger,
    async read() {
      const { items } = await client.json<{ items: modelsApi.Model[] }>('GET', '/api/v1/models', {
        principal: nobody,
        timeoutMs: ASK_TIMEOUT_MS,
      })
      const available = items.filter((model) => model.available)
      windows = new Map(available.map(({ id, contextWindow }) => [id, contextWindow]))
      smallest = available.length === 0 ? UNKNOWN_WINDOW_TOKENS : Math.min(...windows.values())
      return windows.size > 0
    },
  })

  return {
    windowOf: (model) => windows.get(model) ?? smallest,
    refresh: fresh.refresh,
    async stop() {
      fresh.stop()
      await client.close()
    },
  }
}
