import { defineErrors } from '@parley/errors'

/** What the gateway itself may answer besides the common errors. */
export const errors = defineErrors({
  banned: { kind: 'forbidden', message: 'This account or address is blocked. Please contact support.' },
  ban_not_found: { kind: 'not_found', message: 'This ban does not exist or was lifted already.' },
  origin_rejected: { kind: 'forbidden', message: 'Connections from this site are not accepted.' },
  invalid_ticket: { kind: 'unauthenticated', message: 'This ticket is not valid any more. Please ask for a new one.' },
  idempotency_conflict: { kind: 'conflict', message: 'This Idempotency-Key was already used for another request.' },
  request_in_progress: { kind: 'conflict', message: 'The first request with this Idempotency-Key is still being worked on.' },
  too_many_turns: { kind: 'rate_limited', message: 'Too many answers at once on one connection.' },
})
