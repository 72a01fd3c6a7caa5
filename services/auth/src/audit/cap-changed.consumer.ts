import { timestampDate } from '@bufbuild/protobuf/wkt'
import { type CapChanged, events, microUsdToDecimal } from '@parley/contracts'
import { type Bus, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { validate as isUuid } from 'uuid'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Database } from '../database.ts'
import { auditStore } from './audit.store.ts'
import { capActions } from './audit-entry.ts'

/** What administrators do to spending caps stands in the one audit log. */
export function auditCaps({ bus, prisma, logger }: { bus: Bus; prisma: PrismaClient; logger: Logger }) {
  return consume({
    bus,
    database: prisma,
    event: events.capChanged,
    consumer: 'auth-audit-caps',
    handle: async (tx: Database, change) => {
      const { actorId, subject, occurredAt } = change
      const action = capActions.find((known) => known === `spend_cap.${change.action}`)
      if (!action || !isUuid(actorId)) throw new PoisonError(`nobody, or nothing that is known, did '${change.action}' to a cap`)
      const whose = isUuid(subject) ? { subjectId: subject, detail: amountsOf(change) } : { detail: { subject, ...amountsOf(change) } }
      await auditStore(tx).record({ action, occurredAt: occurredAt && timestampDate(occurredAt), actorId, ...whose })
    },
    logger,
  })
}

/** Decimal USD; left out for no cap. */
const amountsOf = ({ monthMicroUsd, dayMicroUsd }: CapChanged): Record<string, string> => ({
  ...(monthMicroUsd !== undefined && { monthUsd: microUsdToDecimal(monthMicroUsd) }),
  ...(dayMicroUsd !== undefined && { dayUsd: microUsdToDecimal(dayMicroUsd) }),
})
