/** Traces, log lines and metrics: one way to make each, usable with and without a collector. */

export { SpanKind } from '@opentelemetry/api'
export { attributes } from './attributes.ts'
export { createLogger, type Logger, type LoggerOptions } from './logger.ts'
export { counter, gauge, histogram, type MetricOptions, metricsContentType, metricsText } from './metrics.ts'
export { shutdownTelemetry } from './shutdown.ts'
export {
  activeTraceId,
  annotateActiveSpan,
  extractTrace,
  injectTrace,
  isRecording,
  nameActiveSpan,
  type SpanOptions,
  type TraceCarrier,
  withinTrace,
  withSpan,
} from './trace.ts'
