/** One exported span, flattened to what a test asserts. */
export interface Span {
  /** `service.name` of the process that made it. */
  service: string
  traceId: string
  spanId: string
  /** '' for the first span of a trace. */
  parentSpanId: string
  name: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  attributes: Record<string, unknown>
  isError: boolean
  startTimeMs: number
  durationMs: number
  /** Spans this one is linked to without being their child. */
  links: { traceId: string; spanId: string }[]
}

interface OtlpAttribute {
  key: string
  value: Record<string, unknown>
}

interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: OtlpAttribute[]
  links?: { traceId: string; spanId: string }[]
  status?: { code?: number }
}

interface OtlpTraces {
  resourceSpans?: { resource?: { attributes?: OtlpAttribute[] }; scopeSpans?: { spans?: OtlpSpan[] }[] }[]
}

const kinds: Span['kind'][] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
const errorStatus = 2

/** The spans of one OTLP/HTTP export in JSON encoding. */
export function readSpans(body: unknown): Span[] {
  const traces = body as OtlpTraces
  return (traces.resourceSpans ?? []).flatMap((group) => {
    const service = String(readAttributes(group.resource?.attributes)['service.name'] ?? 'unknown')
    return (group.scopeSpans ?? []).flatMap((scope) => (scope.spans ?? []).map((span) => readSpan(service, span)))
  })
}

function readSpan(service: string, span: OtlpSpan): Span {
  const startTimeMs = Number(BigInt(span.startTimeUnixNano) / 1_000n) / 1_000
  return {
    service,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: kinds[span.kind] ?? 'internal',
    attributes: readAttributes(span.attributes),
    isError: span.status?.code === errorStatus,
    startTimeMs,
    durationMs: Number(BigInt(span.endTimeUnixNano) / 1_000n) / 1_000 - startTimeMs,
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  }
}

function readAttributes(attributes: OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]))
}

function readValue(value: Record<string, unknown>): unknown {
  if ('intValue' in value) return Number(value.intValue)
  if ('arrayValue' in value) {
    const { values = [] } = value.arrayValue as { values?: Record<string, unknown>[] }
    return values.map(readValue)
  }
  return Object.values(value)[0]
}
