import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client'

export interface MetricOptions<L extends string> {
  name: string
  help: string
  /** Only what has few values: never an id. */
  labelNames?: readonly L[]
}

/** Seconds; fine enough for a p95 goal of 500 ms. */
const DEFAULT_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30]

/** A metric is made once per process: asking again for its name gives the same one. */
function once<M>(name: string, create: () => M): M {
  return (register.getSingleMetric(name) as M | undefined) ?? create()
}

/** A number that only grows. */
export function counter<L extends string>(options: MetricOptions<L>): Counter<L> {
  return once(options.name, () => new Counter<L>(options))
}

/** A distribution; `buckets` default to durations in seconds. */
export function histogram<L extends string>(options: MetricOptions<L> & { buckets?: number[] }): Histogram<L> {
  return once(options.name, () => new Histogram<L>({ buckets: DEFAULT_BUCKETS_S, ...options }))
}

/** A number that rises and falls; `collect` may set it when it is read. */
export function gauge<L extends string>(options: MetricOptions<L> & { collect?: (this: Gauge<L>) => void | Promise<void> }): Gauge<L> {
  return once(options.name, () => new Gauge<L>(options))
}

/** Content type of `metricsText`. */
export const metricsContentType: string = register.contentType

let hasDefaultMetrics = false

/** Everything registered, in Prometheus' text format, the process's own figures included. */
export function metricsText(): Promise<string> {
  if (!hasDefaultMetrics) collectDefaultMetrics()
  hasDefaultMetrics = true
  return register.metrics()
}
