import { EmailPurpose as WirePurpose } from '@parley/contracts'
import type { Account } from '../accounts/account.ts'

/** What a mailed one-time token may be redeemed for. */
export type EmailPurpose = 'verify_address' | 'reset_password' | 'magic_link'

const WIRE: Record<EmailPurpose, WirePurpose> = {
  verify_address: WirePurpose.VERIFY_ADDRESS,
  reset_password: WirePurpose.RESET_PASSWORD,
  magic_link: WirePurpose.MAGIC_LINK,
}

export const wirePurpose = (purpose: EmailPurpose): WirePurpose => WIRE[purpose]

/** Null for a purpose this version does not know. */
export function purposeFromWire(wire: WirePurpose): EmailPurpose | null {
  const [purpose] = Object.entries(WIRE).find(([, value]) => value === wire) ?? []
  return (purpose as EmailPurpose | undefined) ?? null
}

/** Does a mail for this purpose still make sense? A confirmed address needs no confirmation. */
export function isMailUseful(account: Account, purpose: EmailPurpose): boolean {
  return purpose !== 'verify_address' || account.emailVerifiedAt === null
}
