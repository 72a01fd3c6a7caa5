import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import { callerDecides } from './caller-decides.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The sampler of OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG (`parentbased_always_on` by default), save that a query
 * nobody asked for is not traced: what jobs look for every second would otherwise make most of all traces.
 */
export function createSampler(environment: Environment = process.env): Sampler {
  const name = environment.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on'
  const root = withoutLoneQueries(baseSampler(name.replace('parentbased_', ''), environment.OTEL_TRACES_SAMPLER_ARG))
  return callerDecides(environment) ? new ParentBasedSampler({ root }) : root
}

function baseSampler(name: string, argument: string | undefined): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler()
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(Number(argument ?? 1))
  return new AlwaysOnSampler()
}

function withoutLoneQueries(base: Sampler): Sampler {
  return {
    shouldSample: (context, traceId, spanName, ...rest) =>
      spanName.startsWith('prisma:') ? { decision: SamplingDecision.NOT_RECORD } : base.shouldSample(context, traceId, spanName, ...rest),
    toString: () => `WithoutLoneQueries{${base.toString()}}`,
  }
}
