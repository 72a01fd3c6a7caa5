import type { App } from '@parley/service-kit'
import { z } from 'zod'
import type { Deps } from '../deps.ts'

/** Longer than any burst, much shorter than the time a new key is published before it signs. */
const CACHE_S = 30

const publicKey = z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string(), alg: z.string(), use: z.string() })

export function jwksRoutes(app: App, { keyRing }: Pick<Deps, 'keyRing'>): void {
  app.get(
    '/.well-known/jwks.json',
    { schema: { tags: ['accounts'], summary: 'Public keys of access tokens', response: { 200: z.object({ keys: z.array(publicKey) }) } } },
    async (_request, reply) => {
      void reply.header('cache-control', `public, max-age=${CACHE_S}`)
      // Named one by one by the schema: nothing but public members can ever leave here.
      return { keys: z.array(publicKey).parse(keyRing.current().published) }
    },
  )
}
