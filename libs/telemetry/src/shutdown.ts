const LIMIT_MS = 2_000

let stop: (() => Promise<void>) | undefined

/** The preload leaves here what ends the tracing it began. */
export function onTelemetryShutdown(shutdown: () => Promise<void>): void {
  stop = shutdown
}

/** Sends the spans that wait and ends tracing. Takes at most 2 s, never throws, does nothing where nothing was started. */
export async function shutdownTelemetry(): Promise<void> {
  const running = stop
  stop = undefined
  if (!running) return
  const limit = new Promise<void>((resolve) => setTimeout(resolve, LIMIT_MS).unref())
  await Promise.race([running().catch(() => undefined), limit])
}
