import { commonErrors } from '@parley/errors'
import type { Device } from '../sessions/device.ts'
import type { Transact } from '../stores.ts'
import type { Account } from './account.ts'

export interface ProfileChange {
  name?: string | null
  locale?: string
}

/** Null when the account is gone. */
export async function updateProfile(
  { transact }: { transact: Transact },
  { accountId, profile, device }: { accountId: string; profile: ProfileChange; device: Device },
): Promise<Account | null> {
  const { name, locale } = profile
  const change = { name, locale: locale === undefined ? undefined : canonicalLocale(locale) }
  return transact(async ({ accounts, audit }) => {
    const account = await accounts.updateProfile(accountId, change)
    const fields = Object.entries(change).flatMap(([field, value]) => (value === undefined ? [] : [field]))
    if (account) await audit.record({ action: 'profile.updated', actorId: accountId, subjectId: accountId, device, detail: { fields } })
    return account
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
