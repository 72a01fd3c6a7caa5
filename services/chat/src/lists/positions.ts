import type { Position } from '@parley/service-kit'
import { Prisma } from '../../prisma/generated/client.ts'

const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

// Compared as a row, which is what lets an index on the two columns carry a page.

/** What comes after a position, or all of it, where the newest comes first. The columns are a time and an id: `created_at, id`. */
export const isOlder = (columns: Prisma.Sql, before: Position | undefined): Prisma.Sql =>
  Prisma.sql`(${columns}) < (${before?.time.toISOString() ?? 'infinity'}::timestamptz, ${before?.id ?? LAST_ID}::uuid)`

/** What comes after a position, or all of it, where the oldest comes first. */
export const isNewer = (columns: Prisma.Sql, after: Position | undefined): Prisma.Sql =>
  Prisma.sql`(${columns}) > (${after?.time.toISOString() ?? '-infinity'}::timestamptz, ${after?.id ?? FIRST_ID}::uuid)`
