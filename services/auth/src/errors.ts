import { defineErrors } from '@parley/errors'

/** What this service may answer besides the common errors. */
export const errors = defineErrors({
  invalid_credentials: { kind: 'unauthenticated', message: 'The e-mail address or the password is wrong.' },
  email_not_verified: {
    kind: 'forbidden',
    message: 'Please confirm your e-mail address first: we have sent you a link. Sign up again to get a new one.',
  },
  too_many_attempts: { kind: 'rate_limited', message: 'Too many attempts. Please wait a while before you try again.' },
  refresh_reused: { kind: 'unauthenticated', message: 'This session was ended to protect your account. Please log in again.' },
  refresh_expired: { kind: 'unauthenticated', message: 'Your session has ended. Please log in again.' },
  invalid_token: { kind: 'invalid', message: 'This link is not valid any more. Please ask for a new one.' },
  password_too_common: {
    kind: 'invalid',
    message: 'This password is one of the first that anybody would guess. Please choose another one.',
  },
  session_not_found: { kind: 'not_found', message: 'This session does not exist.' },
  api_key_not_found: { kind: 'not_found', message: 'This API key does not exist.' },
  too_many_api_keys: {
    kind: 'conflict',
    message: ({ limit }: { limit: number }) => `An account may have ${limit} API keys. Please revoke one that is not needed any more.`,
  },
  user_not_found: { kind: 'not_found', message: 'This account does not exist.' },
})
