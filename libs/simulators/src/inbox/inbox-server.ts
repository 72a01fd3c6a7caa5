import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { inboxPage } from './inbox-page.ts'
import type { Mailbox } from './mailbox.ts'

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** The inbox over HTTP: the page, the JSON list, one mail's HTML. Mails carry log-in links, so only this machine may ask. */
export function buildInboxServer(mailbox: Mailbox): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true })

  // A web page elsewhere could otherwise reach in through a name that resolves to 127.0.0.1.
  app.addHook('onRequest', async (request, reply) => {
    if (!LOCAL_HOST.test(request.headers.host ?? '')) return reply.code(403).send({ message: 'Only for this machine.' })
  })

  app.get('/', async (_request, reply) => {
    const nonce = randomBytes(16).toString('base64')
    return reply
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
      )
      .header('referrer-policy', 'no-referrer')
      .type('text/html')
      .send(inboxPage(nonce))
  })

  app.get<{ Querystring: { to?: string } }>('/messages', async (request, reply) =>
    reply.header('cache-control', 'no-store').send(mailbox.list(request.query.to)),
  )

  app.delete('/messages', async (_request, reply) => {
    mailbox.clear()
    return reply.code(204).send()
  })

  // Even opened on its own the mail runs no script and loads nothing; its links open beside it.
  app.get<{ Params: { id: string } }>('/messages/:id/html', async (request, reply) => {
    const mail = mailbox.find(request.params.id)
    if (!mail) return reply.code(404).send({ message: 'No such mail.' })
    return reply
      .header(
        'content-security-policy',
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
      )
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(`<base target="_blank">${mail.html}`)
  })

  return app
}
