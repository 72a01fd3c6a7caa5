import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { answer } from './rest.ts'
import { createTurns } from './turns.ts'
import { createWorld, seed } from './world.ts'

// A stand-in for the gateway while working on the app alone: `npm run mock -w services/web`, then
// `API_URL=http://localhost:8090 npm run dev -w services/web`. It keeps nothing and checks nothing.
const world = createWorld()
seed(world, Number(process.env.HISTORY ?? 40))

const sockets = new Set<WebSocket>()
const refused = new Set<string>()
const turns = createTurns(world, sockets)
const server = createServer((request, response) => void answer(world, turns, request, response))
const socketServer = new WebSocketServer({ server, handleProtocols: () => 'parley.v1' })

socketServer.on('connection', (socket) => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  const say = (message: unknown) => socket.send(JSON.stringify(message))
  if (!world.isSignedIn) return socket.close(4401)
  say({ type: 'ready', connectionId: 'mock', userId: world.user.id })
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    if (message.type === 'ping') say({ type: 'pong' })
    if (message.type === 'turn.stop') turns.stop(message.turnId)
    if (message.type === 'turn.resume') turns.follow(message.turnId, socket, message.afterSeq)
    if (message.type === 'turn.start') {
      if (/quota/.test(message.text)) {
        const text = 'You have used all your messages for now. Please try again later.'
        return say({ type: 'error', id: message.id, error: { code: 'quota_exceeded', message: text, retryAfter: 1800 } })
      }
      // Refused once, taken when the same turn comes again.
      if (/busy/.test(message.text) && !refused.has(message.id)) {
        refused.add(message.id)
        const text = 'Parley is busy just now. Your message is kept, please try again in a moment.'
        return say({ type: 'error', id: message.id, error: { code: 'service_busy', message: text, retryAfter: 5 } })
      }
      const { id, conversationId, userMessageId, assistantMessageId } = turns.start(message)
      say({ type: 'turn.accepted', turnId: id, conversationId, userMessageId, assistantMessageId })
      turns.follow(id, socket, 0)
      // 'drop' cuts the line in the middle of the answer.
      if (/drop/.test(message.text)) setTimeout(() => socket.close(1012), 2000)
    }
  })
})

const port = Number(process.env.PORT ?? 8090)
server.listen(port, '127.0.0.1', () => process.stdout.write(`mock gateway on http://localhost:${port}\n`))
