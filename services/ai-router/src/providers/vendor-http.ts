import { Agent, type Dispatcher, fetch } from 'undici'
import { type BodySource, createBodySource, type VendorBody } from './vendor-body.ts'

type Fetch = typeof globalThis.fetch

/** HTTP towards one vendor. */
export interface VendorHttp {
  /** For the vendor's SDK, for answers that come whole. */
  fetch: Fetch
  /**
   * For the vendor's SDK, for answers that are streams. The body of a good one is not in the Response but where
   * `streamBody` finds it: streams of whatever kind cost several times what is done with a piece that arrives.
   */
  fetchStream: Fetch
  /** Something begins that must not be cut by `retire`; the returned function says that it is over. */
  hold(): () => void
  /** Closes once nothing is held any more. */
  retire(): Promise<void>
  close(): Promise<void>
}

const streamBodies = new WeakMap<Response, VendorBody>()

/** The body of an answer that `fetchStream` gave; undefined for a refusal, whose body is in the Response. */
export const streamBody = (response: Response): VendorBody | undefined => streamBodies.get(response)

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
    fetch: vendorFetch as unknown as Fetch,
    fetchStream: (url, init = {}) => openStream(dispatcher, String(url), init),
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

/** Answers once the head is there. A refusal is read to its end, the body of a good answer waits for its reader. */
function openStream(dispatcher: Agent, url: string, { method, headers, body, signal }: RequestInit): Promise<Response> {
  const { origin, pathname, search } = new URL(url)
  const sent = headers instanceof Headers ? headers : new Headers(headers)
  // Nobody here unpacks what is sent packed.
  sent.set('accept-encoding', 'identity')
  return new Promise((resolve, reject) => {
    const request = {
      ...{ origin, path: pathname + search },
      method: method === 'GET' ? ('GET' as const) : ('POST' as const),
      headers: Object.fromEntries(sent),
      body: typeof body === 'string' ? body : null,
    }
    dispatcher.dispatch(request, answerHandler(signal ?? undefined, resolve, reject))
  })
}

function answerHandler(
  signal: AbortSignal | undefined,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  let source: BodySource | undefined
  let head: ResponseInit = {}
  const refusal: Uint8Array[] = []
  let stopListening = () => {}
  return {
    onRequestStart(controller) {
      const abort = () => controller.abort(signal?.reason instanceof Error ? signal.reason : new Error('the request was ended'))
      signal?.addEventListener('abort', abort, { once: true })
      stopListening = () => signal?.removeEventListener('abort', abort)
      if (signal?.aborted) abort()
    },
    onResponseStart(controller, status, headers) {
      head = { status, headers: headersOf(headers) }
      if (status < 200 || status > 299) return
      source = createBodySource({
        pause: () => controller.pause(),
        resume: () => controller.resume(),
        abort: (reason) => controller.abort(reason),
      })
      const response = new Response(null, head)
      streamBodies.set(response, source.body)
      resolve(response)
    },
    onResponseData(_controller, bytes) {
      if (source) source.arrived(bytes)
      else refusal.push(bytes)
    },
    onResponseEnd() {
      stopListening()
      if (source) source.ended()
      else resolve(new Response(Buffer.concat(refusal), head))
    },
    onResponseError(_controller, error) {
      stopListening()
      source?.broke(error)
      reject(signal?.aborted ? error : new TypeError(CONNECTION_FAILED, { cause: error }))
    },
  }
}

const headersOf = (given: Record<string, string | string[] | undefined>): [string, string][] =>
  Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]))

/** Host and port of a base URL, for spans. */
export function addressOf(baseUrl: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(baseUrl)
  return { host: hostname, port: port ? Number(port) : protocol === 'http:' ? 80 : 443 }
}

/** As the platform's own `fetch` says it. */
const CONNECTION_FAILED = 'fetch failed'

/** Whether a vendor's SDK passes on what `fetch` threw because the connection failed. */
export const isConnectionFailure = (error: unknown): boolean =>
  error instanceof TypeError && (error.message === CONNECTION_FAILED || error.message === 'terminated')
