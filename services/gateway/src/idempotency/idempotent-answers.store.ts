import type { PrismaClient } from '../../prisma/generated/client.ts'

/** `taken`: this request works on it. `stored`: there is an answer already. */
export type Claim =
  | { outcome: 'taken' }
  | { outcome: 'other_request' }
  | { outcome: 'in_progress' }
  | { outcome: 'stored'; answer: StoredAnswer }

export interface StoredAnswer {
  status: number
  contentType: string | null
  body: Uint8Array
}

export interface ClaimKey {
  userId: string
  key: string
  /** Names this attempt. */
  claimId: string
}

export type IdempotentAnswerStore = ReturnType<typeof createIdempotentAnswerStore>

type Bytes = Uint8Array<ArrayBuffer>

/** Seconds a claim holds that is not renewed. */
const CLAIM_LEASE_S = 10

/** First answers by user and key, in the database's time: kept for 24 h; who died over one loses it after `CLAIM_LEASE_S`. */
export function createIdempotentAnswerStore(prisma: PrismaClient) {
  return {
    async claim({ userId, key, claimId }: ClaimKey, requestHash: Bytes): Promise<Claim> {
      const taken = await prisma.$executeRaw`
        INSERT INTO idempotent_answer AS known (user_id, key, request_hash, claim_id)
        VALUES (${userId}::uuid, ${key}, ${requestHash}, ${claimId}::uuid)
        ON CONFLICT (user_id, key) DO UPDATE
        SET request_hash = excluded.request_hash, claim_id = excluded.claim_id, claimed_at = now(), status = NULL, content_type = NULL, body = NULL
        WHERE known.claimed_at < now() - interval '24 hours'
           OR (known.status IS NULL AND known.request_hash = excluded.request_hash AND known.claimed_at < now() - make_interval(secs => ${CLAIM_LEASE_S}))`
      if (taken > 0) return { outcome: 'taken' }
      const row = await prisma.idempotentAnswer.findUnique({ where: { userId_key: { userId, key } } })
      if (row && Buffer.compare(row.requestHash, requestHash) !== 0) return { outcome: 'other_request' }
      if (row?.status == null) return { outcome: 'in_progress' }
      return { outcome: 'stored', answer: { status: row.status, contentType: row.contentType, body: row.body ?? new Uint8Array() } }
    },
    /** It is still being worked on. */
    async renew({ userId, key, claimId }: ClaimKey): Promise<void> {
      await prisma.$executeRaw`
        UPDATE idempotent_answer SET claimed_at = now()
        WHERE user_id = ${userId}::uuid AND key = ${key} AND claim_id = ${claimId}::uuid AND status IS NULL`
    },
    async complete({ userId, key, claimId }: ClaimKey, { status, contentType, body }: StoredAnswer): Promise<void> {
      const data = { status, contentType, body: new Uint8Array(body) }
      await prisma.idempotentAnswer.updateMany({ where: { userId, key, claimId }, data })
    },
    async release({ userId, key, claimId }: ClaimKey): Promise<void> {
      await prisma.idempotentAnswer.deleteMany({ where: { userId, key, claimId } })
    },
    deleteExpired: (): Promise<number> => prisma.$executeRaw`DELETE FROM idempotent_answer WHERE claimed_at < now() - interval '24 hours'`,
  }
}
