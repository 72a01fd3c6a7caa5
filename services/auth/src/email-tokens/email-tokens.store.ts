import type { Database } from '../database.ts'
import type { EmailPurpose } from './email-purpose.ts'

type Hash = Uint8Array<ArrayBuffer>

export function emailTokensStore(database: Database) {
  return {
    /** Returns when it expires, by the database's clock. */
    async add(hash: Hash, accountId: string, purpose: EmailPurpose, ttlS: number): Promise<Date> {
      const [row] = await database.$queryRaw<{ expires_at: Date }[]>`
        INSERT INTO email_token (hash, account_id, purpose, expires_at)
        VALUES (${hash}, ${accountId}::uuid, ${purpose}, clock_timestamp() + make_interval(secs => ${ttlS}::float8))
        RETURNING expires_at`
      if (!row) throw new Error('the new token was not returned')
      return row.expires_at
    },

    /** Whose token it is, while it can be redeemed. A look without consequences, before costly work is done for its sake. */
    async findOwner(hash: Hash, purpose: EmailPurpose): Promise<string | null> {
      const [row] = await database.$queryRaw<{ account_id: string }[]>`
        SELECT account_id FROM email_token
        WHERE hash = ${hash} AND purpose = ${purpose} AND used_at IS NULL AND expires_at > clock_timestamp()`
      return row?.account_id ?? null
    },

    /**
     * Uses the token up, and with it every other token of the account for the same purpose. Returns the account's id; null
     * when the token is unknown, used, expired or made for something else. To be called in a transaction: the account's
     * row is locked first, so that redemptions of sibling tokens come one after another.
     */
    async redeem(hash: Hash, purpose: EmailPurpose): Promise<string | null> {
      const [owner] = await database.$queryRaw<{ id: string }[]>`
        SELECT account.id FROM user_account account JOIN email_token token ON token.account_id = account.id
        WHERE token.hash = ${hash} AND token.purpose = ${purpose}
        FOR UPDATE OF account`
      if (!owner) return null
      const redeemed = await database.$executeRaw`
        UPDATE email_token SET used_at = clock_timestamp()
        WHERE hash = ${hash} AND used_at IS NULL AND expires_at > clock_timestamp()`
      if (redeemed === 0) return null
      await database.$executeRaw`
        UPDATE email_token SET used_at = clock_timestamp()
        WHERE account_id = ${owner.id}::uuid AND purpose = ${purpose} AND used_at IS NULL`
      return owner.id
    },
  }
}
