/** Codes of Node, Postgres and Prisma that mean 'a dependency is away or out of capacity', not 'we have a bug'. */
const UNAVAILABLE_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['53300', '57014', '57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'],
])
const UNAVAILABLE_KINDS = new Set(['DatabaseNotReachable', 'SocketTimeout', 'ConnectionClosed', 'TooManyConnections', 'TlsConnectionError'])
/** pg has no code for these. */
const UNAVAILABLE_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|Client was closed|has encountered a connection error|the database system is/

/** Does this error of a client library mean that a dependency is away or out of capacity? Looks into its causes, too. */
export function isUnavailable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false
  const { code, originalCode, kind, message, cause, errors, meta } = error as Record<string, unknown>
  if (typeof code === 'string' && UNAVAILABLE_CODES.has(code)) return true
  if (typeof originalCode === 'string' && UNAVAILABLE_CODES.has(originalCode)) return true
  if (typeof kind === 'string' && UNAVAILABLE_KINDS.has(kind)) return true
  if (typeof message === 'string' && UNAVAILABLE_TEXT.test(message)) return true
  if (Array.isArray(errors) && errors.some((inner) => isUnavailable(inner, depth + 1))) return true
  // Prisma gives every failed raw query one code and keeps what happened in here.
  const { driverAdapterError } = (meta ?? {}) as { driverAdapterError?: unknown }
  return isUnavailable(cause, depth + 1) || isUnavailable(driverAdapterError, depth + 1)
}
