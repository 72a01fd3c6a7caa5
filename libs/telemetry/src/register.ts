/**
 * Preload of every service: `node --import @parley/telemetry/register src/main.ts`.
 * Without OTEL_EXPORTER_OTLP_ENDPOINT nothing is loaded or patched.
 */
if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT && process.env.OTEL_SDK_DISABLED !== 'true') {
  const { startTracing } = await import('./start-tracing.ts')
  startTracing()
}

export {}
