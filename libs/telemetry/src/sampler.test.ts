import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { SamplingDecision } from '@opentelemetry/sdk-trace'
import t from 'tap'
import { createSampler } from './sampler.ts'

const traceId = 'f'.repeat(32)
const decide = (environment: Record<string, string>, name: string, parentFlags?: TraceFlags) => {
  const context =
    parentFlags === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: 'a'.repeat(16), traceFlags: parentFlags })
  return createSampler(environment).shouldSample(context, traceId, name, SpanKind.INTERNAL, {}, []).decision
}
const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision

t.test('I2 a query is traced below what asked for it, and not on its own', async (t) => {
  t.equal(decide({}, 'prisma:client:operation'), NOT_RECORD)
  t.equal(decide({}, 'prisma:client:operation', TraceFlags.SAMPLED), RECORD_AND_SAMPLED)
  t.equal(decide({}, 'GET /'), RECORD_AND_SAMPLED)
})

t.test('I2 the standard variables choose what is traced', async (t) => {
  t.equal(decide({ OTEL_TRACES_SAMPLER: 'always_off' }, 'GET /'), NOT_RECORD)
  t.equal(decide({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 'GET /'), NOT_RECORD)
  t.equal(decide({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 'GET /', TraceFlags.SAMPLED), RECORD_AND_SAMPLED)
  t.equal(decide({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 'GET /'), NOT_RECORD)
  t.equal(decide({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' }, 'GET /'), RECORD_AND_SAMPLED)
})
