import { defineErrors } from './catalogue.ts'

/** The errors every service may answer with; a service's own catalogue adds its domain's. */
export const commonErrors = defineErrors({
  invalid_request: { kind: 'invalid', message: 'The request is not valid.' },
  unauthenticated: { kind: 'unauthenticated', message: 'Please log in.' },
  forbidden: { kind: 'forbidden', message: 'You may not do this.' },
  csrf_rejected: { kind: 'forbidden', message: 'This request did not come from the web application.' },
  not_found: { kind: 'not_found', message: 'There is nothing here.' },
  payload_too_large: { kind: 'too_large', message: 'The request is too large.' },
  unsupported_media_type: { kind: 'unsupported', message: 'Send JSON (content-type: application/json).' },
  rate_limited: { kind: 'rate_limited', message: 'Too many requests. Please wait a moment.' },
  service_busy: { kind: 'unavailable', message: 'Service busy. Please try again in a moment.' },
  timeout: { kind: 'timeout', message: 'This took too long. Please try again.' },
  internal_error: { kind: 'internal', message: 'Something went wrong on our side.' },
})
