import { commonErrors, defineErrors } from '@parley/errors'

interface CapWords {
  /** `Your`, or `The service’s`. */
  whose: string
}

export const errors = defineErrors({
  turn_conflict: { kind: 'conflict', message: 'Another message was already sent under this id.' },
  spend_cap_reached: {
    kind: 'rate_limited',
    message: ({ whose, until }: CapWords & { until: string }) => `${whose} spending limit is used up until ${until}, 00:00 UTC.`,
  },
  spend_cap_held: {
    kind: 'rate_limited',
    message: ({ whose }: CapWords) =>
      `${whose} spending limit is nearly used up, and answers that are being written may take the rest. Please try again in a moment.`,
  },
  spend_cap_not_set: { kind: 'not_found', message: 'No spending limit of its own is set here.' },
  invalid_period: { kind: 'invalid', message: 'The period must end after it begins and span at most 366 days.' },
})

export { commonErrors }
