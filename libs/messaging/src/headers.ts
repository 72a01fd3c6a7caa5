import { injectTrace, type TraceCarrier } from '@parley/telemetry'
import { headers, type MsgHdrs } from 'nats'

/** Headers of ours, beside the trace context and NATS's own `Nats-Msg-Id`, which carries the event's id. */
export const headerNames = {
  eventId: 'Nats-Msg-Id',
  /** RFC 3339 time at which the fact was written. */
  occurredAt: 'Parley-Occurred-At',
  /** Milliseconds the caller still waits for a reply: relative, because clocks differ. */
  timeoutMs: 'Parley-Timeout-Ms',
  /** Present on a reply whose body is an error. */
  error: 'Parley-Error',
} as const

/** NATS headers from plain ones, with the active trace context added. */
export function tracedHeaders(plain: Record<string, string>): MsgHdrs {
  const result = headers()
  for (const [name, value] of Object.entries(injectTrace<TraceCarrier>({ ...plain }))) if (value !== undefined) result.set(name, value)
  return result
}

/** Every header as a plain object; of a repeated one the first value. */
export function plainHeaders(source: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {}
  for (const name of source?.keys() ?? []) result[name] = source?.get(name) ?? ''
  return result
}
