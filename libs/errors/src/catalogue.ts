import { AppError, type ErrorIssue, type ErrorKind, httpStatus } from './app-error.ts'

/** One entry of a catalogue. A message that needs figures is a function of `params`. */
export interface ErrorDefinition {
  kind: ErrorKind
  message: string | ((params: never) => string)
}

/** What a place that throws may add. */
export interface ErrorOptions {
  /** Text for the log; never shown to a user. */
  internal?: string
  cause?: unknown
  /** Seconds. */
  retryAfterS?: number
  errors?: ErrorIssue[]
}

type Factory<Message> = Message extends (params: infer P) => string
  ? (options: ErrorOptions & { params: P }) => AppError
  : (options?: ErrorOptions) => AppError

/** A line of docs/errors.md. Figures in the message stand as `{name}`. */
export interface ErrorCatalogueEntry {
  code: string
  kind: ErrorKind
  status: number
  message: string
}

export type ErrorCatalogue<D extends Record<string, ErrorDefinition>> = { readonly [Code in keyof D]: Factory<D[Code]['message']> } & {
  readonly catalogue: readonly ErrorCatalogueEntry[]
}

/**
 * Turns a table of errors into one factory per code: `errors.conversation_not_found({ internal: 'owner differs' })`.
 * The key is the public, stable code.
 */
export function defineErrors<const D extends Record<string, ErrorDefinition>>(definitions: D): ErrorCatalogue<D> {
  const factories: Record<string, unknown> = {}
  for (const [code, { kind, message }] of Object.entries(definitions)) {
    factories[code] = (options: ErrorOptions & { params?: never } = {}) => {
      const { params, ...rest } = options
      const publicMessage = typeof message === 'string' ? message : message(params as never)
      return new AppError({ code, kind, publicMessage, ...rest })
    }
  }
  const catalogue = Object.entries(definitions).map(([code, { kind, message }]) => ({
    code,
    kind,
    status: httpStatus(kind),
    message: typeof message === 'string' ? message : message(placeholders),
  }))
  return { ...factories, catalogue } as unknown as ErrorCatalogue<D>
}

/** Answers `{name}` for every property, so that a message function shows where its figures go. */
const placeholders = new Proxy({}, { get: (_target, name) => `{${String(name)}}` }) as never
