import { readdirSync } from 'node:fs'
import { extname, join, relative, resolve, sep } from 'node:path'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import fastifyStatic from '@fastify/static'
import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'
import type { FastifyReply } from 'fastify'

const INDEX = 'index.html'
/** The build puts files whose name contains a hash of their content here. */
const HASHED = 'assets/'
/** Paths of the API and of files never turn into the page. */
const NO_PAGE = /^(api|v1|internal|health|metrics|assets|\.well-known)(\/|$)|\.\./
/** Pages of shared conversations are for who has the link, not for search engines. */
const SHARED = /^shared\//

/**
 * The built web app. Hashed files are kept by browsers for a year, the page itself is asked for every time. A path that
 * is no file and has no extension is one of the app's own and gets the page.
 */
export async function webAppRoutes(app: App, { directory }: { directory: string }): Promise<void> {
  const root = resolve(directory)
  const files = listFiles(root)
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  })
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false, preCompressed: true })

  app.get<{ Params: { '*': string } }>('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = request.params['*']
    if (path !== INDEX && files.has(path)) return sendFile(reply, path)
    if (NO_PAGE.test(path) || extname(path) !== '' || !files.has(INDEX)) throw commonErrors.not_found()
    if (SHARED.test(path)) reply.header('x-robots-tag', 'noindex, nofollow')
    return reply.header('cache-control', 'no-cache').sendFile(INDEX)
  })
}

function sendFile(reply: FastifyReply, path: string): FastifyReply {
  const caching = path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'public, max-age=300'
  return reply.header('cache-control', caching).sendFile(path)
}

function listFiles(root: string): ReadonlySet<string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Set(entries.map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')))
}
