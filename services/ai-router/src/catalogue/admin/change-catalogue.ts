import type { Prisma, PrismaClient } from '../../../prisma/generated/client.ts'

/**
 * Changes of the catalogue are made one after the other, on any number of replicas: what a change has looked at stays so
 * until it is committed.
 */
export const changeCatalogue = <T>(prisma: PrismaClient, change: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> =>
  prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM catalogue_version FOR UPDATE`
    return change(tx)
  })
