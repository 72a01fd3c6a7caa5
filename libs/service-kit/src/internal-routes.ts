/** Paths that only machines of the cluster ask for, every few seconds: not logged, not traced, not counted, never shed. */
const INTERNAL_PATHS = ['/health/', '/metrics', '/openapi.json']

export function isInternalPath(url: string): boolean {
  return INTERNAL_PATHS.some((path) => url.startsWith(path))
}
