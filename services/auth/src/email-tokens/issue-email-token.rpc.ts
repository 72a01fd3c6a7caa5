import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { requests } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type Bus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { validate as isUuid } from 'uuid'
import type { Stores } from '../stores.ts'
import { purposeFromWire } from './email-purpose.ts'
import { type EmailTokenTtls, issueEmailToken } from './issue-email-token.ts'

export function serveEmailTokens({ bus, stores, ttls, logger }: { bus: Bus; stores: Stores; ttls: EmailTokenTtls; logger: Logger }) {
  return serve(
    bus,
    requests.issueEmailToken,
    async ({ userId, purpose: wire }) => {
      const purpose = purposeFromWire(wire)
      if (!purpose || !isUuid(userId)) throw commonErrors.invalid_request({ internal: 'needs a user id and a purpose' })
      const issued = await issueEmailToken({ stores, ttls }, { accountId: userId, purpose })
      if (!issued) return { needed: false }
      const { token, expiresAt, account } = issued
      const { email, name, locale } = account
      return { needed: true, token, expiresAt: timestampFromDate(expiresAt), email, name: name ?? '', locale }
    },
    { logger },
  )
}
