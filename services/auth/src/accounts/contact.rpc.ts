import type { MessageInitShape } from '@bufbuild/protobuf'
import { type GetContactReplySchema, requests } from '@parley/contracts'
import { type Bus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { validate as isUuid } from 'uuid'
import { errors } from '../errors.ts'
import type { Stores } from '../stores.ts'

export function serveContacts({ bus, stores, logger }: { bus: Bus; stores: Stores; logger: Logger }) {
  return serve(
    bus,
    requests.getContact,
    async ({ userId }): Promise<MessageInitShape<typeof GetContactReplySchema>> => {
      const account = isUuid(userId) ? await stores.accounts.findById(userId) : null
      if (!account) throw errors.user_not_found()
      return { email: account.email, name: account.name ?? '', locale: account.locale }
    },
    { logger },
  )
}
