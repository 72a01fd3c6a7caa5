import { v7 as newId } from 'uuid'
import type { Database } from '../database.ts'
import type { EmailPurpose } from '../email-tokens/email-purpose.ts'

export interface EmailRequest {
  id: string
  email: string
  purpose: EmailPurpose
}

export function emailRequestsStore(database: Database) {
  return {
    async add(email: string, purpose: EmailPurpose): Promise<void> {
      await database.$executeRaw`INSERT INTO email_request (id, email, purpose) VALUES (${newId()}::uuid, ${email}, ${purpose})`
    },

    /** The oldest one nobody else is at, held until the transaction ends. */
    async claimOldest(): Promise<EmailRequest | null> {
      const [row] = await database.$queryRaw<EmailRequest[]>`
        SELECT id, email, purpose FROM email_request WHERE handled_at IS NULL
        ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED`
      return row ?? null
    },

    /** Closes it and forgets the address. `accountId` is whom a mail goes to, null when there is none to send. */
    async settle(id: string, accountId: string | null): Promise<void> {
      await database.$executeRaw`
        UPDATE email_request SET handled_at = clock_timestamp(), email = NULL, account_id = ${accountId}::uuid WHERE id = ${id}::uuid`
    },

    /** How many such mails the account was sent on request in the last `windowS` seconds. */
    async countSent(accountId: string, purpose: EmailPurpose, windowS: number): Promise<number> {
      const [row] = await database.$queryRaw<{ sent: number }[]>`
        SELECT count(*)::int AS sent FROM email_request
        WHERE account_id = ${accountId}::uuid AND purpose = ${purpose} AND handled_at > clock_timestamp() - make_interval(secs => ${windowS}::float8)`
      return row?.sent ?? 0
    },
  }
}
