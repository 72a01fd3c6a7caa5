import { timestampDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { type Bus, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { validate as isUuid } from 'uuid'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Database } from '../database.ts'
import { auditStore } from './audit.store.ts'
import { catalogueActions } from './audit-entry.ts'

/** What administrators do to providers, keys, models, prices and routes stands in the one audit log. */
export function auditCatalogue({ bus, prisma, logger }: { bus: Bus; prisma: PrismaClient; logger: Logger }) {
  return consume({
    bus,
    database: prisma,
    event: events.catalogueChanged,
    consumer: 'auth-audit-catalogue',
    handle: async (tx: Database, { actorId, action: what, subject, fields, enabled, occurredAt }) => {
      const action = catalogueActions.find((known) => known === `catalogue.${what}`)
      if (!action || !isUuid(actorId)) throw new PoisonError(`nobody, or nothing that is known, did '${what}'`)
      const detail = { subject, ...(fields.length > 0 && { fields }), ...(enabled !== undefined && { enabled }) }
      await auditStore(tx).record({ action, occurredAt: occurredAt && timestampDate(occurredAt), actorId, detail })
    },
    logger,
  })
}
