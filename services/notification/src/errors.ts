import { defineErrors } from '@parley/errors'

/** What this service itself refuses. */
export const errors = defineErrors({
  notification_not_found: { kind: 'not_found', message: 'This notification does not exist.' },
})
