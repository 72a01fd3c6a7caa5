import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'

const REFRESH_MS = 60_000
/** Until it was answered for the first time. */
const FIRST_ANSWER_RETRY_MS = 5_000

interface KeepFreshOptions {
  /** Asks and keeps the answer. Says whether anything is known now. */
  read(): Promise<boolean>
  bus: Pick<Bus, 'onBroadcast'>
  logger: Logger
}

/** Has something that follows from the catalogue known beforehand, so that no turn waits for it. */
export function keepFresh({ read, bus, logger }: KeepFreshOptions): {
  /** Reads anew; resolves when what is known is no older than this call. */
  refresh(): Promise<void>
  stop(): void
} {
  let isKnown = false
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  async function readNow(): Promise<void> {
    if (isStopped) return
    clearTimeout(timer)
    try {
      isKnown = await read()
    } catch (error) {
      if (!isStopped) logger.debug({ err: error }, 'the catalogue could not be read, what is known of it stays')
    }
    if (!isStopped) timer = setTimeout(() => void refresh(), isKnown ? REFRESH_MS : FIRST_ANSWER_RETRY_MS).unref()
  }

  /** One after the other: an answer from before a change must not come after that from behind it. */
  let reading = Promise.resolve()
  let nextReading: Promise<void> | null = null
  function refresh(): Promise<void> {
    nextReading ??= reading.then(() => {
      nextReading = null
      return readNow()
    })
    reading = nextReading
    return reading
  }

  const unsubscribe = bus.onBroadcast(broadcasts.catalogueChanged, () => void refresh())
  void refresh()
  return {
    refresh,
    stop() {
      isStopped = true
      unsubscribe()
      clearTimeout(timer)
    },
  }
}
