import { Agent, fetch } from 'undici'

/** HTTP towards one vendor. */
export interface VendorHttp {
  /** For the vendor's SDK. */
  fetch: typeof globalThis.fetch
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
  return { fetch: vendorFetch as unknown as typeof globalThis.fetch, close: () => dispatcher.destroy() }
}

/** Host and port of a base URL, for spans. */
export function addressOf(baseUrl: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(baseUrl)
  return { host: hostname, port: port ? Number(port) : protocol === 'http:' ? 80 : 443 }
}
