import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import type { Prisma, PrismaClient } from '../../../prisma/generated/client.ts'

/** What an administrator did to what. */
export interface CatalogueChange {
  actorId: string
  action: `${'model' | 'price' | 'provider' | 'provider_key' | 'route'}.${'created' | 'changed' | 'deleted'}`
  subject: string
  /** Names of what was changed; values may be secrets. */
  fields?: string[]
  /** Whether it was switched on or off. */
  enabled?: boolean
}

/**
 * Changes of the catalogue are made one after the other, on any number of replicas: what a change has looked at stays so
 * until it is committed. The fact that it was made, for the audit log, is committed with it.
 *
 * @param changeOf what was changed, by the result; null when nothing was
 */
export const changeCatalogue = <T>(
  prisma: PrismaClient,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
  changeOf: (result: T) => CatalogueChange | null,
): Promise<T> =>
  prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM catalogue_version FOR UPDATE`
    const result = await work(tx)
    const change = changeOf(result)
    if (change) {
      const message = { ...change, occurredAt: timestampFromDate(new Date()) }
      await publishEvent(tx, events.catalogueChanged, { aggregateId: change.subject, message })
    }
    return result
  })
