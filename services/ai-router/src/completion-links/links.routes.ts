import { setTimeout as delay } from 'node:timers/promises'
import { completionLink } from '@parley/contracts'
import type { App } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerLink, type LinkDeps } from './answer-link.ts'
import type { OpenLinks } from './open-links.ts'

/** A caller pings every two seconds: after so long it is gone, or cannot be reached. */
const SILENCE_MS = 20_000
const CLOSE_MS = 1_000
const GOING_AWAY = 1001
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'

/** Opens completion links (completion_links.proto) for whoever asks: each call on one brings its own principal. */
export function completionLinkRoutes(app: App, deps: LinkDeps & { links: OpenLinks }): void {
  const replica = newId()
  const server = new WebSocketServer({ noServer: true, maxPayload: completionLink.requestLimitBytes, perMessageDeflate: false })

  app.server.on('upgrade', (request, socket, head) => {
    if (request.url !== completionLink.path) return void socket.on('error', () => socket.destroy()).end(NOT_FOUND)
    server.handleUpgrade(request, socket, head, (link) => {
      const close = deps.links.add(answerLink(deps, link, replica))
      link.once('close', close)
      terminateWhenSilent(link)
    })
  })

  app.addHook('preClose', async () => {
    const closed = [...server.clients].map((link) => new Promise((resolve) => link.once('close', resolve)))
    for (const link of server.clients) link.close(GOING_AWAY)
    await Promise.race([Promise.all(closed), delay(CLOSE_MS, undefined, { ref: false })])
    for (const link of server.clients) link.terminate()
  })
}

function terminateWhenSilent(link: WebSocket): void {
  const timer = setTimeout(() => link.terminate(), SILENCE_MS)
  link.on('ping', () => timer.refresh())
  link.once('close', () => clearTimeout(timer))
}
