import type { Logger } from '@parley/telemetry'
import { type KeyRing, refreshKeyRing } from './signing-keys.ts'

export interface KeyRingJob {
  current(): KeyRing
  stop(): Promise<void>
}

/** Well below the time a new key is published before it signs, so that every replica publishes it by then. */
const REFRESH_MS = 30_000

type Options = Parameters<typeof refreshKeyRing>[0] & { logger: Logger }

/** Opens the key ring and keeps it up to date. Rejects when the first look fails: without a key there is nothing to serve. */
export async function keepKeyRing({ logger, ...dependencies }: Options): Promise<KeyRingJob> {
  let ring = await refreshKeyRing(dependencies)
  let refreshing = Promise.resolve()

  async function refresh(): Promise<void> {
    try {
      ring = await refreshKeyRing(dependencies)
    } catch (error) {
      logger.warn({ err: error }, 'signing keys could not be looked at, going on with those at hand')
    }
  }

  const timer = setInterval(() => {
    refreshing = refresh()
  }, REFRESH_MS)
  timer.unref()
  return {
    current: () => ring,
    async stop() {
      clearInterval(timer)
      await refreshing
    },
  }
}
