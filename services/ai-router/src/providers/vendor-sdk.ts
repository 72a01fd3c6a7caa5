/**
 * Loads a vendor's SDK when a provider of this vendor is made, so that nobody else pays for it in memory. A failure shows
 * where it is used.
 */
export function loadSdk<Sdk>(load: () => Promise<Sdk>): Promise<Sdk> {
  const loading = load()
  loading.catch(() => undefined)
  return loading
}

type Fetch = typeof globalThis.fetch

/** For SDKs that hide the response of a stream: remembers what one request was answered. */
export function captureResponse(send: Fetch) {
  let response: Response | undefined
  let failure: unknown
  return {
    async fetch(...request: Parameters<Fetch>): Promise<Response> {
      try {
        response = await send(...request)
      } catch (error) {
        failure = error
        throw error
      }
      return response
    },
    response: (): Response | undefined => response,
    /** Why there is none. */
    failure: (): unknown => failure,
  }
}
