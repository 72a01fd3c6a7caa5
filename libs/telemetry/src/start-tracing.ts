import type { IncomingMessage } from 'node:http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { envDetector, serviceInstanceIdDetector } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { PrismaInstrumentation } from '@prisma/instrumentation'
import { register as registerImportHooks } from 'import-in-the-middle/register-hooks.mjs'
import { createSampler } from './sampler.ts'
import { onTelemetryShutdown } from './shutdown.ts'

const UNTRACED_PATHS = ['/health/', '/metrics', '/openapi.json']

/**
 * Starts the OpenTelemetry SDK for traces alone (metrics are Prometheus', logs are lines). Everything else follows the
 * standard variables: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_EXPORTER_OTLP_*.
 * Fastify has no instrumentation of its own here: one span per hook costs more than a cheap request. The service kit
 * gives the HTTP span its route instead.
 */
export function startTracing(): void {
  process.env.OTEL_METRICS_EXPORTER ??= 'none'
  process.env.OTEL_LOGS_EXPORTER ??= 'none'
  // Nobody sets baggage, and looking for it costs as much as the trace context itself.
  process.env.OTEL_PROPAGATORS ??= 'tracecontext'
  registerImportHooks({ include: ['ioredis'] })
  const sdk = new NodeSDK({
    traceExporter: new OTLPTraceExporter(),
    sampler: createSampler(),
    resourceDetectors: [envDetector, serviceInstanceIdDetector],
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: isUntraced, requireParentforOutgoingSpans: true }),
      new UndiciInstrumentation({ requireParentforSpans: true }),
      new PrismaInstrumentation({ ignoreSpanTypes: ['prisma:client:serialize', 'prisma:client:compile', 'prisma:client:connect'] }),
      new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
    ],
  })
  sdk.start()
  onTelemetryShutdown(() => sdk.shutdown())
}

function isUntraced({ url }: IncomingMessage): boolean {
  return UNTRACED_PATHS.some((path) => url?.startsWith(path))
}
