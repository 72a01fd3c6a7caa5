import { trace } from '@opentelemetry/api'
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'
import { MASK, masked, maskedKeys } from './mask.ts'

export type Logger = PinoLogger

export interface LoggerOptions {
  /** The service's name; stands as `service` in every line. */
  name: string
  level?: string
  /** Where lines go; standard output unless a test wants to read them. */
  destination?: DestinationStream
}

/**
 * A pino logger that writes JSON lines with ISO times, `service`, and the trace and span id of the active span.
 * Credentials, addresses and texts of people are masked, errors are reduced to type, message, stack, code and cause.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service: name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: masked },
    mixin: traceIds,
    // Also of what a child logger was made with, which no formatter sees.
    redact: { paths: maskedKeys.map((key) => `["${key}"]`), censor: MASK },
    serializers: { err: serializeError, error: serializeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

function traceIds(): object {
  const span = trace.getActiveSpan()?.spanContext()
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {}
}

/** Drivers hang whole rows on their errors (`detail: Key (email)=(…)`): only what is listed here goes into the log. */
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const { code, kind } = error as { code?: unknown; kind?: unknown }
  return {
    type: error.name,
    message: error.message,
    code,
    kind,
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3 && { cause: serializeError(error.cause, depth + 1) }),
  }
}
