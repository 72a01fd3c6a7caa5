import { type DirectOrder, generateDirect } from './generate-direct.ts'
import { createIdleSockets, type SocketsOrder } from './generate-sockets.ts'
import { generateTurns, type TurnsOrder } from './generate-turns.ts'

const idleSockets = createIdleSockets()

function run(order: DirectOrder | TurnsOrder | SocketsOrder): Promise<unknown> {
  switch (order.kind) {
    case 'direct':
      return generateDirect(order)
    case 'turns':
      return generateTurns(order)
    default:
      return idleSockets(order)
  }
}

process.on('message', (order: DirectOrder | TurnsOrder | SocketsOrder) => {
  run(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: '' })
