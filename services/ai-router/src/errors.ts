import { defineErrors } from '@parley/errors'

/** What this service answers beyond the common errors. Failures of a completion are parts of its stream (completion-failure.ts). */
export const errors = defineErrors({
  call_exists: { kind: 'conflict', message: 'This call was made before.' },
})
