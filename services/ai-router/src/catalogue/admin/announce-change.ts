import { broadcasts } from '@parley/contracts'
import type { Bus, Relay } from '@parley/messaging'
import type { LiveCatalogue } from '../live-catalogue.ts'

export interface AnnounceDeps {
  catalogue: LiveCatalogue
  bus: Pick<Bus, 'broadcast'>
  relay: Pick<Relay, 'wake'>
}

/** After a change was committed: this replica knows it before the administrator is answered, the others are told to look. */
export async function announceChange({ catalogue, bus, relay }: AnnounceDeps): Promise<void> {
  relay.wake()
  bus.broadcast(broadcasts.catalogueChanged)
  await catalogue.refresh()
}
