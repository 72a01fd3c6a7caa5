import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events, Retention as RetentionMessage } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import type { Device } from '../sessions/device.ts'
import type { Transact, TransactionStores } from '../stores.ts'
import type { Account, Retention } from './account.ts'

export interface ProfileChange {
  name?: string | null
  locale?: string
  retention?: Retention
}

const retentionMessages: Record<Retention, RetentionMessage> = { keep: RetentionMessage.KEEP, six_months: RetentionMessage.SIX_MONTHS }

/** Null when the account is gone. */
export async function updateProfile(
  { transact }: { transact: Transact },
  { accountId, profile, device }: { accountId: string; profile: ProfileChange; device: Device },
): Promise<Account | null> {
  const { name, locale, retention } = profile
  const change = { name, locale: locale === undefined ? undefined : canonicalLocale(locale) }
  return transact(async (stores) => {
    if (retention) await chooseRetention(stores, accountId, retention)
    const account = await stores.accounts.updateProfile(accountId, change)
    const fields = Object.entries({ ...change, retention }).flatMap(([field, value]) => (value === undefined ? [] : [field]))
    if (account) {
      await stores.audit.record({ action: 'profile.updated', actorId: accountId, subjectId: accountId, device, detail: { fields } })
    }
    return account
  })
}

/** Whoever keeps conversations is told; the version follows the order of the commits, since the row is locked until then. */
async function chooseRetention({ accounts, publish }: TransactionStores, userId: string, retention: Retention): Promise<void> {
  const version = await accounts.setRetention(userId, retention)
  if (version === null) return
  await publish(events.userPreferencesChanged, {
    aggregateId: userId,
    message: { userId, retention: retentionMessages[retention], version, occurredAt: timestampNow() },
  })
}

function canonicalLocale(locale: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(locale)
    if (canonical) return canonical
  } catch {
    // not a language tag
  }
  throw commonErrors.invalid_request({ errors: [{ path: 'locale', message: 'not a language tag like en or pt-BR' }] })
}
