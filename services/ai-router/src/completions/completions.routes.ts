import type { OutgoingHttpHeaders } from 'node:http'
import { completionLink } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import { type AdmitDeps, admitCompletion } from './admit-completion.ts'
import { createBodyWriter } from './body-writer.ts'
import { watchRequestEnding } from './call-ending.ts'
import { createPartWriter } from './part-writer.ts'

/**
 * POST /internal/completions: CompletionRequest in, one CompletionPart as JSON a line out (completions.proto). What is
 * wrong with the request is a problem with its status; from then on it is 200, and failures are a `failed` part.
 */
export function completionRoutes(app: App, deps: AdmitDeps): void {
  app.post('/internal/completions', { bodyLimit: completionLink.requestLimitBytes, schema: { hide: true } }, async (request, reply) => {
    const completion = await admitCompletion(deps, request.body, requireUser(request))
    reply.hijack()
    const response = reply.raw
    const ending = watchRequestEnding(request, reply, deps.clocks.totalMs)

    const common = reply.getHeaders() as OutgoingHttpHeaders
    response.writeHead(200, { ...common, 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    response.flushHeaders()
    const body = createBodyWriter(response, ending.signal)
    const out = createPartWriter((part) => body.write(`${part}\n`))
    try {
      await completion.answer(out, ending)
      body.flush()
      response.end()
    } catch (error) {
      // A broken connection is the only honest answer left: it reads as a cut.
      request.log.error({ err: error }, 'a completion failed in an unforeseen way')
      response.destroy()
    } finally {
      ending.release()
    }
  })
}
