import helmet from '@fastify/helmet'
import type { App } from '@parley/service-kit'

const YEAR_S = 31_536_000

/**
 * Headers of every answer. The policy allows the web app its own files and sockets and nothing from elsewhere: an image
 * in an answer of a model, for one, could carry the conversation away in its address. Styles may be inline, since
 * components set them at run time; scripts may not.
 */
export async function securityHeaders(app: App, { publicUrl }: { publicUrl: string }): Promise<void> {
  const { protocol, host } = new URL(publicUrl)
  const isSecure = protocol === 'https:'
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Some engines do not count the socket of the same host as 'self'.
        connectSrc: ["'self'", `${isSecure ? 'wss' : 'ws'}://${host}`],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(isSecure && { upgradeInsecureRequests: [] }),
      },
    },
    hsts: isSecure ? { maxAge: YEAR_S, includeSubDomains: true } : false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
}
