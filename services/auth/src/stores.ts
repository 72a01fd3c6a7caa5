import type { Message } from '@bufbuild/protobuf'
import type { EventContract } from '@parley/contracts'
import { type NewEvent, publishEvent } from '@parley/messaging'
import type { PrismaClient } from '../prisma/generated/client.ts'
import { accountsStore } from './accounts/accounts.store.ts'
import { apiKeysStore } from './api-keys/api-keys.store.ts'
import { auditStore } from './audit/audit.store.ts'
import type { Database } from './database.ts'
import { emailRequestsStore } from './email-requests/email-requests.store.ts'
import { emailTokensStore } from './email-tokens/email-tokens.store.ts'
import { loginAttemptsStore } from './login-attempts/login-attempts.store.ts'
import { sessionsStore } from './sessions/sessions.store.ts'
import { signingKeysStore } from './signing-keys/signing-keys.store.ts'

/** Everything this service keeps, seen through one connection. */
export function createStores(database: Database) {
  return {
    accounts: accountsStore(database),
    apiKeys: apiKeysStore(database),
    audit: auditStore(database),
    emailRequests: emailRequestsStore(database),
    emailTokens: emailTokensStore(database),
    loginAttempts: loginAttemptsStore(database),
    sessions: sessionsStore(database),
    signingKeys: signingKeysStore(database),
  }
}

export type Stores = ReturnType<typeof createStores>

/** Writes a fact into the outbox. */
export type Publish = <M extends Message>(event: EventContract<M>, fact: NewEvent<M>) => Promise<void>

/** The same within one transaction, and the only place from where facts are published. */
export type TransactionStores = Stores & { publish: Publish }

/** Runs `work` in one transaction; throwing rolls it back. No mail, HTTP call or hash belongs inside. */
export type Transact = <T>(work: (stores: TransactionStores) => Promise<T>) => Promise<T>

/** `onPublished` runs after each commit of a transaction that published something. */
export function createTransact(prisma: PrismaClient, onPublished: () => void): Transact {
  return async (work) => {
    let hasPublished = false
    const result = await prisma.$transaction((tx) => {
      const publish: Publish = async (event, fact) => {
        await publishEvent(tx, event, fact)
        hasPublished = true
      }
      return work({ ...createStores(tx), publish })
    })
    if (hasPublished) onPublished()
    return result
  }
}
