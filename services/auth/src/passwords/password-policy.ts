import { errors } from '../errors.ts'
import { isCommonPassword } from './common-passwords.ts'

/** Refuses what would be guessed first: the lists of leaked passwords, and the account's own address. Length is checked at the border. */
export function refuseGuessable(password: string, email: string): void {
  const folded = password.normalize('NFKC').toLowerCase()
  const isOwnAddress = folded === email || folded === email.slice(0, email.indexOf('@'))
  if (!isOwnAddress && !isCommonPassword(folded)) return
  throw errors.password_too_common({ errors: [{ path: 'password', message: 'too easy to guess' }] })
}
