import type { Prisma } from '../prisma/generated/client.ts'

/** What a store works on: the client, or one transaction of it. */
export type Database = Prisma.TransactionClient
