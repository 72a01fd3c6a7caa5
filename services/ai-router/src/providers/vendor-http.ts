import { Agent, fetch } from 'undici'

/** HTTP towards one vendor. */
export interface VendorHttp {
  /** For the vendor's SDK. */
  fetch: typeof globalThis.fetch
  /** Something begins that must not be cut by `retire`; the returned function says that it is over. */
  hold(): () => void
  /** Closes once nothing is held any more. */
  retire(): Promise<void>
  close(): Promise<void>
}

/**
 * A connection pool of its own for each vendor, so that one that hangs takes nothing from the others. It keeps no clocks
 * but the one to connect: the router has them, and undici's would count the time in which our own reader is slow.
 */
export function createVendorHttp({ connectTimeoutMs }: { connectTimeoutMs: number }): VendorHttp {
  const dispatcher = new Agent({ connect: { timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  // The types of undici and of Node name the same classes twice.
  const vendorFetch = (url: string, init: object) => fetch(url, { ...init, dispatcher })
  const holders = new Set<symbol>()
  const waiting = new Set<() => void>()
  const released = () => (holders.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.add(resolve)))
  return {
    fetch: vendorFetch as unknown as typeof globalThis.fetch,
    hold() {
      const holder = Symbol('hold')
      holders.add(holder)
      return () => {
        holders.delete(holder)
        if (holders.size > 0) return
        for (const resolve of waiting) resolve()
        waiting.clear()
      }
    },
    async retire() {
      await released()
      // What is left only reads the end of its body.
      await dispatcher.close()
    },
    close: () => dispatcher.destroy(),
  }
}

/** Host and port of a base URL, for spans. */
export function addressOf(baseUrl: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(baseUrl)
  return { host: hostname, port: port ? Number(port) : protocol === 'http:' ? 80 : 443 }
}

/** Whether a vendor's SDK passes on what `fetch` threw because the connection failed. */
export const isConnectionFailure = (error: unknown): boolean =>
  error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated')

/**
 * Loads a vendor's SDK when a provider of this vendor is made, so that nobody else pays for it in memory. A failure shows
 * where it is used.
 */
export function loadSdk<Sdk>(load: () => Promise<Sdk>): Promise<Sdk> {
  const loading = load()
  loading.catch(() => undefined)
  return loading
}

/** For SDKs that hide the response of a stream: remembers what one request was answered. */
export function captureResponse({ fetch: send }: Pick<VendorHttp, 'fetch'>) {
  let response: Response | undefined
  let failure: unknown
  return {
    async fetch(...request: Parameters<typeof globalThis.fetch>): Promise<Response> {
      try {
        response = await send(...request)
      } catch (error) {
        failure = error
        throw error
      }
      return response
    },
    /** Its body is read by nobody else: an SDK's stream takes nothing before it is iterated. */
    response: (): Response | undefined => response,
    /** Why there is none. */
    failure: (): unknown => failure,
  }
}
