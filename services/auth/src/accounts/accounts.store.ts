import type { UserAccount } from '../../prisma/generated/client.ts'
import type { Database } from '../database.ts'
import type { Account, Plan, Retention, Role } from './account.ts'

export interface NewAccount {
  id: string
  email: string
  name: string | null
  role: Role
  emailVerifiedAt: Date | null
  passwordHash: string
}

export function accountsStore(database: Database) {
  return {
    async findById(id: string): Promise<Account | null> {
      return accountOf(await database.userAccount.findUnique({ where: { id } }))
    },

    async findByEmail(email: string): Promise<Account | null> {
      return accountOf(await database.userAccount.findUnique({ where: { email } }))
    },

    /** Ids of those who run the platform and can be reached. */
    async administrators(): Promise<string[]> {
      const rows = await database.userAccount.findMany({ where: { role: 'admin', emailVerifiedAt: { not: null } }, select: { id: true } })
      return rows.map(({ id }) => id)
    },

    /** Null when the address is taken. */
    async create(account: NewAccount): Promise<Account | null> {
      const [row] = await database.userAccount.createManyAndReturn({ data: [account], skipDuplicates: true })
      return accountOf(row ?? null)
    },

    /** False when the address was confirmed before. */
    async markVerified(id: string): Promise<boolean> {
      const { count } = await database.userAccount.updateMany({
        where: { id, emailVerifiedAt: null },
        data: { emailVerifiedAt: new Date() },
      })
      return count > 0
    },

    async setPasswordHash(id: string, passwordHash: string): Promise<void> {
      await database.userAccount.updateMany({ where: { id }, data: { passwordHash } })
    },

    /** Takes the password away while nobody has shown that the mailbox is his; afterwards it stays. */
    async dropUnconfirmedPassword(id: string): Promise<void> {
      await database.userAccount.updateMany({ where: { id, emailVerifiedAt: null }, data: { passwordHash: null } })
    },

    /** Is this still the account's password? Then it stays so until the transaction ends. */
    async holdPasswordHash(id: string, passwordHash: string): Promise<boolean> {
      const rows = await database.$queryRaw<unknown[]>`
        SELECT 1 FROM user_account WHERE id = ${id}::uuid AND password_hash = ${passwordHash} FOR SHARE`
      return rows.length > 0
    },

    /** Null when there is no such account. */
    async updateProfile(id: string, profile: { name?: string | null; locale?: string }): Promise<Account | null> {
      const [row] = await database.userAccount.updateManyAndReturn({ where: { id }, data: profile })
      return accountOf(row ?? null)
    },

    /** The version of the preferences after the change; null when this was the choice already, or there is no such account. */
    async setRetention(id: string, retention: Retention): Promise<bigint | null> {
      const [row] = await database.userAccount.updateManyAndReturn({
        where: { id, retention: { not: retention } },
        data: { retention, preferencesVersion: { increment: 1 } },
        select: { preferencesVersion: true },
      })
      return row?.preferencesVersion ?? null
    },

    /** Does nothing when a newer version is already known. */
    async setPlan(id: string, plan: Plan, version: bigint): Promise<void> {
      await database.userAccount.updateMany({ where: { id, planVersion: { lt: version } }, data: { plan, planVersion: version } })
    },
  }
}

function accountOf(row: UserAccount): Account
function accountOf(row: UserAccount | null): Account | null
function accountOf(row: UserAccount | null): Account | null {
  if (!row) return null
  const { id, email, name, locale, role, plan, emailVerifiedAt, retention, passwordHash, createdAt } = row
  return {
    id,
    email,
    name,
    locale,
    // The table's checks allow these words only.
    role: role === 'admin' ? 'admin' : 'user',
    plan: plan === 'pro' ? 'pro' : 'free',
    emailVerifiedAt,
    retention: retention === 'six_months' ? 'six_months' : 'keep',
    passwordHash,
    createdAt,
  }
}
