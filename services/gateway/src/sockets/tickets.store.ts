import { createHash, randomBytes } from 'node:crypto'
import type { AccessClaims } from '@parley/principal'
import type { PrismaClient } from '../../prisma/generated/client.ts'

export const TICKET_TTL_S = 30

export type TicketStore = ReturnType<typeof createTicketStore>

/**
 * One-time tickets in Postgres: any replica redeems what any other made, exactly once, since redeeming is the deletion of
 * the row. Only programs without cookies use them, so their number does not call for Redis.
 */
export function createTicketStore(prisma: PrismaClient) {
  return {
    /** A ticket of 256 random bits; only its hash is stored. */
    async create(claims: AccessClaims): Promise<string> {
      const ticket = randomBytes(32).toString('base64url')
      await prisma.$executeRaw`
        INSERT INTO socket_ticket (hash, claims, expires_at)
        VALUES (${hashOf(ticket)}, ${JSON.stringify(claims)}::jsonb, now() + make_interval(secs => ${TICKET_TTL_S}::double precision))`
      return ticket
    },
    /** The claims it was made for; null for a ticket that is unknown, used or too old. */
    async redeem(ticket: string): Promise<AccessClaims | null> {
      const [row] = await prisma.$queryRaw<{ claims: AccessClaims; isFresh: boolean }[]>`
        DELETE FROM socket_ticket WHERE hash = ${hashOf(ticket)} RETURNING claims, expires_at > now() AS "isFresh"`
      return row?.isFresh ? row.claims : null
    },
    deleteExpired: (): Promise<number> => prisma.$executeRaw`DELETE FROM socket_ticket WHERE expires_at < now()`,
  }
}

const hashOf = (ticket: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(ticket).digest())
