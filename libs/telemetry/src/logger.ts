import { trace } from '@opentelemetry/api'
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'

export type Logger = PinoLogger

export interface LoggerOptions {
  /** The service's name; stands as `service` in every line. */
  name: string
  level?: string
  /** Where lines go; standard output unless a test wants to read them. */
  destination?: DestinationStream
}

/** What must never be in a log, at any depth up to three. */
const REDACTED_KEYS = [
  'authorization',
  'cookie',
  '"set-cookie"',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'apiKey',
  'api_key',
  '"x-api-key"',
  '"x-parley-principal"',
  'secret',
  'totp',
  'ticket',
  'email',
  'text',
  'prompt',
  'answer',
  'html',
]

/**
 * A pino logger that writes JSON lines with ISO times, `service`, and the trace and span id of the active span.
 * Credentials, addresses and texts of people are masked, errors are reduced to type, message, stack, code and cause.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service: name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: traceIds,
    redact: { paths: REDACTED_KEYS.flatMap(atEveryDepth), censor: '[redacted]' },
    serializers: { err: serializeError, error: serializeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

function traceIds(): object {
  const span = trace.getActiveSpan()?.spanContext()
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {}
}

function atEveryDepth(key: string): string[] {
  const step = key.startsWith('"') ? `[${key}]` : `.${key}`
  return [step.replace(/^\./, ''), `*${step}`, `*.*${step}`]
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
