import { requests } from '@parley/contracts'
import { type Bus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { Stores } from '../stores.ts'

/** Tells other services whom to tell what concerns the platform as a whole. Their addresses are asked for when a mail is sent. */
export function serveAdministrators({ bus, stores, logger }: { bus: Bus; stores: Pick<Stores, 'accounts'>; logger: Logger }) {
  return serve(bus, requests.listAdministrators, async () => ({ userIds: await stores.accounts.administrators() }), { logger })
}
