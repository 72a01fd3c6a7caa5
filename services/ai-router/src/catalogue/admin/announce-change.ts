import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { FastifyRequest } from 'fastify'
import type { LiveCatalogue } from '../live-catalogue.ts'

export interface AnnounceDeps {
  catalogue: LiveCatalogue
  bus: Pick<Bus, 'broadcast'>
}

/** What an administrator did to what. */
export interface CatalogueChange {
  action: `${'model' | 'price' | 'provider' | 'provider_key' | 'route'}.${'created' | 'changed' | 'deleted'}`
  subject: string
  /** Names of what was changed; values may be secrets. */
  fields?: string[]
}

/**
 * After a change was committed: this replica knows it before the administrator is answered, the others are told to look,
 * and who did it is in the log.
 */
export async function announceChange({ catalogue, bus }: AnnounceDeps, request: FastifyRequest, change: CatalogueChange): Promise<void> {
  request.log.info({ actorId: request.principal?.userId, ...change }, 'an administrator changed the catalogue')
  bus.broadcast(broadcasts.catalogueChanged)
  await catalogue.refresh()
}
