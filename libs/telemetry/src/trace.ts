import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { attributes } from './attributes.ts'
import { callerDecides } from './caller-decides.ts'

const tracer = trace.getTracer('parley')
const followsCaller = callerDecides()

export interface SpanOptions {
  kind?: SpanKind
  attributes?: Attributes
  /** Where the span hangs, for example what `extractTrace` found. Defaults to the active span. */
  parent?: Context
  /** Start a new trace whatever is active. */
  root?: boolean
  links?: Link[]
}

/**
 * Runs `fn` inside a span and ends it when the result settles. A thrown error is recorded by its code or class, never by
 * its text, and thrown on. Costs next to nothing without a collector.
 */
export function withSpan<T>(name: string, options: SpanOptions, fn: (span: Span) => T | Promise<T>): Promise<T> {
  const { kind = SpanKind.INTERNAL, parent, root, ...rest } = options
  const base = parent ?? (root ? ROOT_CONTEXT : context.active())
  const around = trace.getSpan(base)
  // Below a span that is not recorded nothing is: that one will do.
  if (around && isUnrecorded(around)) return context.with(base, async () => fn(around))
  return tracer.startActiveSpan(name, { kind, ...rest }, base, async (span) => {
    try {
      return await fn(span)
    } catch (error) {
      recordFailure(span, error)
      throw error
    } finally {
      span.end()
    }
  })
}

/** What another process does with a span of its own can be told by its flags alone. */
function isUnrecorded(span: Span): boolean {
  if (span.isRecording()) return false
  const { isRemote, traceFlags } = span.spanContext()
  return !isRemote || (followsCaller && (traceFlags & TraceFlags.SAMPLED) === 0)
}

function recordFailure(span: Span, error: unknown): void {
  const { code } = error as { code?: unknown }
  const label = typeof code === 'string' ? code : error instanceof Error ? error.name : 'Error'
  span.setAttribute('error.type', label)
  span.setAttribute(attributes.errorCode, label)
  span.setStatus({ code: SpanStatusCode.ERROR, message: label })
}

/** Carries `traceparent` and `tracestate`. */
export type TraceCarrier = Record<string, string | undefined>

/** Writes the active trace context into `carrier` and returns it; adds nothing when nothing is traced. */
export function injectTrace<C extends TraceCarrier>(carrier: C): C {
  propagation.inject(context.active(), carrier)
  return carrier
}

/** The trace context in `carrier`, to be given to `withSpan` as `parent`. Unreadable or missing headers give an empty one. */
export function extractTrace(carrier: TraceCarrier): Context {
  return propagation.extract(ROOT_CONTEXT, carrier)
}

/** Runs `fn` within a trace, as `extractTrace` found it, without a span of its own: for a log line that belongs there. */
export const withinTrace = <T>(parent: Context, fn: () => T): T => context.with(parent, fn)

/** Id of the active trace, 32 hex digits; undefined when nothing is traced. */
export function activeTraceId(): string | undefined {
  const id = trace.getActiveSpan()?.spanContext().traceId
  return id && id !== '00000000000000000000000000000000' ? id : undefined
}

/** Is there an active span that will be exported? Spares the making of what nobody would see. */
export const isRecording = (): boolean => trace.getActiveSpan()?.isRecording() === true

/** Adds attributes to the active span, where there is one. */
export function annotateActiveSpan(more: Attributes): void {
  trace.getActiveSpan()?.setAttributes(more)
}

/** Gives the active span (the HTTP server span) its low-cardinality name and further attributes. */
export function nameActiveSpan(name: string, more: Attributes): void {
  const span = trace.getActiveSpan()
  span?.updateName(name)
  span?.setAttributes(more)
}
