import type { Bus } from './bus.ts'
import * as metrics from './metrics.ts'
import { eventStream } from './streams.ts'

const MEASURE_EVERY_MS = 15_000

/** Keeps the figures of one consumer up to date; `startTimesMs` are those of the events this process has at work. */
export function startLagMetrics(bus: Bus, consumer: string, startTimesMs: () => Iterable<number>): { stop(): void } {
  async function measure(): Promise<void> {
    const nowMs = performance.now()
    metrics.oldestUnackedS.set({ consumer }, (nowMs - Math.min(nowMs, ...startTimesMs())) / 1000)
    if (!bus.isConnected()) return
    try {
      const info = await bus.manager.consumers.info(eventStream, consumer)
      metrics.consumerLag.set({ consumer, state: 'waiting' }, info.num_pending)
      metrics.consumerLag.set({ consumer, state: 'unacked' }, info.num_ack_pending)
    } catch {
      // The figures stay as they are until the consumer can be asked again.
    }
  }

  const timer = setInterval(() => void measure(), MEASURE_EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
