import { v7 as newId } from 'uuid'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { NewNotice, NoticeRow } from './notice.ts'

/** Adds a notice in the caller's transaction; undefined when the same was given before. */
export async function addNotice(tx: Prisma.TransactionClient, notice: NewNotice): Promise<NoticeRow | undefined> {
  const [row] = await tx.notice.createManyAndReturn({ data: [{ id: newId(), ...notice }], skipDuplicates: true })
  return row
}

export type NoticeStore = ReturnType<typeof createNoticeStore>

/** Every query names the owner: somebody else's notice is as good as none. Ids are UUIDv7, so their order is that of time. */
export function createNoticeStore(prisma: PrismaClient) {
  return {
    /** Newest first. */
    list: ({ userId, before, limit }: { userId: string; before?: string; limit: number }): Promise<NoticeRow[]> =>
      prisma.notice.findMany({ where: { userId, ...(before ? { id: { lt: before } } : {}) }, orderBy: { id: 'desc' }, take: limit }),

    /** Keeps the moment of the first reading. */
    async setRead(userId: string, id: string, isRead: boolean): Promise<NoticeRow | undefined> {
      const [row] = await prisma.$queryRaw<NoticeRow[]>`
        UPDATE notification SET read_at = CASE WHEN ${isRead}::boolean THEN coalesce(read_at, now()) END
        WHERE id = ${id}::uuid AND user_id = ${userId}::uuid
        RETURNING id, user_id AS "userId", kind, details, created_at AS "createdAt", read_at AS "readAt"`
      return row
    },
  }
}
