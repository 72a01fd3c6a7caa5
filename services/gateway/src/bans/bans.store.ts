import { v7 as newId } from 'uuid'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Ban } from './ban.ts'

export type BanStore = ReturnType<typeof createBanStore>

export interface NewBan {
  kind: Ban['kind']
  subject: string
  reason: string
  createdBy: string
  expiresAt: Date | null
}

export function createBanStore(prisma: PrismaClient) {
  const inForce = () => ({ liftedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] })
  return {
    /** Everything in force now. */
    listInForce: async (): Promise<Pick<Ban, 'kind' | 'subject' | 'expiresAt'>[]> => {
      const rows = await prisma.ban.findMany({ where: inForce(), select: { kind: true, subject: true, expiresAt: true } })
      return rows.map((row) => ({ ...row, kind: kindOf(row.kind) }))
    },
    /** Newest first, lifted ones included; `before` is the id of the last ban of the page before. */
    list: async ({ limit, before }: { limit: number; before?: string }): Promise<Ban[]> => {
      const rows = await prisma.ban.findMany({ where: before ? { id: { lt: before } } : {}, orderBy: { id: 'desc' }, take: limit })
      return rows.map((row) => ({ ...row, kind: kindOf(row.kind) }))
    },
    create: async (ban: NewBan): Promise<Ban> => ({ ...(await prisma.ban.create({ data: { id: newId(), ...ban } })), kind: ban.kind }),
    /** False when there is no such ban in force. The row stays. */
    lift: async (id: string, liftedBy: string): Promise<boolean> => {
      const { count } = await prisma.ban.updateMany({ where: { id, liftedAt: null }, data: { liftedAt: new Date(), liftedBy } })
      return count > 0
    },
  }
}

const kindOf = (kind: string): Ban['kind'] => (kind === 'user' ? 'user' : 'ip')
