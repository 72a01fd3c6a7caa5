import { commonErrors, defineErrors } from '@parley/errors'

export const errors = defineErrors({
  turn_conflict: { kind: 'conflict', message: 'Another message was already sent under this id.' },
  invalid_period: { kind: 'invalid', message: 'The period must end after it begins and span at most 366 days.' },
})

export { commonErrors }
