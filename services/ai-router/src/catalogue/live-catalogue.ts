import type { Logger } from '@parley/telemetry'
import type { CatalogueStore } from './catalogue.store.ts'
import { type Catalogue, createCatalogue, type ProviderMode } from './catalogue.ts'
import type { StoredProviders } from './stored-providers.ts'

/** The catalogue as it is now, without asking the database on the way of a completion. */
export interface LiveCatalogue {
  current(): Catalogue
  /** Reads the tables again; what was committed before the call is in. A failure leaves the catalogue as it was. */
  refresh(): Promise<void>
  /** Resolves when nothing is read any more. */
  stop(): Promise<void>
}

interface LiveCatalogueDeps {
  store: Pick<CatalogueStore, 'seed' | 'read' | 'readVersion'>
  storedProviders: StoredProviders
  modeOf: ProviderMode
  logger: Logger
  /** How often to look whether anything changed. Broadcasts make it faster, and may be lost. */
  pollMs: number
  /** How often to read all the same: prices begin by the clock. */
  refreshMs: number
}

/** Rejects when the tables cannot be read the first time. */
export async function openCatalogue(deps: LiveCatalogueDeps): Promise<LiveCatalogue> {
  const { store, storedProviders, modeOf, logger, pollMs, refreshMs } = deps
  let catalogue: Catalogue
  let version: bigint
  let readAtMs: number

  async function read(): Promise<void> {
    const stored = await store.read()
    storedProviders.apply(stored.providers)
    catalogue = createCatalogue(stored.models, modeOf, { rules: stored.rules })
    version = stored.version
    readAtMs = performance.now()
  }

  let isReported = false
  async function readOrReport(): Promise<void> {
    try {
      await read()
      isReported = false
    } catch (error) {
      if (!isReported) logger.warn({ err: error }, 'the catalogue could not be read again, the last one stays')
      isReported = true
    }
  }

  // One after the other, so that an older reading never takes the place of a newer one. Whoever comes while one waits to
  // begin shares it.
  let isStopped = false
  let running = Promise.resolve()
  let waiting: Promise<void> | undefined
  function refresh(): Promise<void> {
    if (isStopped) return running
    waiting ??= running.then(() => {
      waiting = undefined
      running = readOrReport()
      return running
    })
    return waiting
  }

  async function poll(): Promise<void> {
    const isDue = performance.now() - readAtMs >= refreshMs
    // What cannot be asked is looked at, which says why.
    const isChanged = isDue || (await store.readVersion().catch(() => null)) !== version
    if (isChanged) await refresh()
  }

  await store.seed()
  await read()
  let polling = Promise.resolve()
  let timer = setTimeout(pollAgain, pollMs)
  function pollAgain(): void {
    polling = poll().finally(() => {
      if (!isStopped) timer = setTimeout(pollAgain, pollMs).unref()
    })
  }
  timer.unref()

  return {
    current: () => catalogue,
    refresh,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await polling
      await (waiting ?? running)
    },
  }
}
