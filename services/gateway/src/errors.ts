import { defineErrors } from '@parley/errors'

/** What the gateway itself may answer besides the common errors. */
export const errors = defineErrors({
  banned: { kind: 'forbidden', message: 'This account or address is blocked. Please contact support.' },
  ban_not_found: { kind: 'not_found', message: 'This ban does not exist or was lifted already.' },
  invalid_api_key: {
    kind: 'unauthenticated',
    message: 'This API key is not valid. Send yours as `Authorization: Bearer parley_…`; keys are made in the settings.',
  },
  insufficient_scope: {
    kind: 'forbidden',
    message: ({ scope }: { scope: string }) => `This API key may not be used for this: it lacks the scope '${scope}'.`,
  },
  api_key_not_accepted: { kind: 'forbidden', message: 'An API key may not be used for this.' },
  origin_rejected: { kind: 'forbidden', message: 'Connections from this site are not accepted.' },
  invalid_ticket: { kind: 'unauthenticated', message: 'This ticket is not valid any more. Please ask for a new one.' },
  idempotency_conflict: { kind: 'conflict', message: 'This Idempotency-Key was already used for another request.' },
  request_in_progress: { kind: 'conflict', message: 'The first request with this Idempotency-Key is still being worked on.' },
  too_many_turns: { kind: 'rate_limited', message: 'Too many answers at once on one connection.' },
})
