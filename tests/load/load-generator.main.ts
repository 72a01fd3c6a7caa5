import { type DirectOrder, generateDirect } from './generate-direct.ts'
import { generateRequests, type RequestsOrder } from './generate-requests.ts'
import { createIdleSockets, type SocketsOrder } from './generate-sockets.ts'
import { generateStops, type StopsOrder } from './generate-stops.ts'
import { generateStreams, type StreamsOrder } from './generate-streams.ts'
import { generateTurns, type TurnsOrder } from './generate-turns.ts'

const idleSockets = createIdleSockets()

type Order = DirectOrder | TurnsOrder | StopsOrder | StreamsOrder | RequestsOrder | SocketsOrder

function run(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'direct':
      return generateDirect(order)
    case 'turns':
      return generateTurns(order)
    case 'stops':
      return generateStops(order)
    case 'streams':
      return generateStreams(order)
    case 'requests':
      return generateRequests(order)
    default:
      return idleSockets(order)
  }
}

process.on('message', (order: Order) => {
  run(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: '' })
