type Environment = Readonly<Record<string, string | undefined>>

/** Does a span below one of another process follow what was decided there (OTEL_TRACES_SAMPLER)? Otherwise each decides anew. */
export const callerDecides = ({ OTEL_TRACES_SAMPLER: name }: Environment = process.env): boolean => name?.startsWith('parentbased_') ?? true
