import { QueryCache, QueryClient } from '@tanstack/react-query'
import { isApiError } from './api-error.ts'
import { createHttp } from './http.ts'

/** Told when the session is over: whoever knows the user forgets them. */
const signedOutListeners = new Set<() => void>()

export const onSignedOut = (listener: () => void): (() => void) => {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

const announceSignedOut = () => {
  for (const listener of signedOutListeners) listener()
}

export const http = createHttp({ fetch: (input, init) => window.fetch(input, init), onSignedOut: announceSignedOut })

const RETRIES = 2

export const queryClient = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What the server refused it will refuse again; what did not get there is worth another try.
      retry: (failures, error) => failures < RETRIES && isApiError(error, 'network', 'service_busy', 'timeout'),
      retryDelay: (failures, error) =>
        isApiError(error) && error.retryAfterS ? Math.min(error.retryAfterS, 10) * 1000 : 500 * 2 ** failures,
    },
  },
})
