import type { Logger } from '@parley/telemetry'
import type { CatalogueStore } from './catalogue.store.ts'
import { type Catalogue, createCatalogue, type ProviderMode } from './catalogue.ts'

/** The catalogue as it is now, without asking the database on the way of a completion. */
export interface LiveCatalogue {
  current(): Catalogue
  /** Reads the tables again. A failure leaves the catalogue as it was. */
  refresh(): Promise<void>
  stop(): void
}

interface LiveCatalogueDeps {
  store: CatalogueStore
  modeOf: ProviderMode
  logger: Logger
  /** How often to look without being told: broadcasts are hints, and prices begin by the clock. */
  refreshMs: number
}

export async function openCatalogue({ store, modeOf, logger, refreshMs }: LiveCatalogueDeps): Promise<LiveCatalogue> {
  const read = async () => createCatalogue(await store.readModels(), modeOf)
  await store.seed()
  let catalogue = await read()
  const refresh = async () => {
    try {
      catalogue = await read()
    } catch (error) {
      logger.warn({ err: error }, 'the catalogue could not be read again, the last one stays')
    }
  }
  const timer = setInterval(() => void refresh(), refreshMs)
  timer.unref()
  return { current: () => catalogue, refresh, stop: () => clearInterval(timer) }
}
