import type { App } from './app.ts'

const draining = new WeakSet<object>()

/** From now on `/health/ready` answers 503, so that no new work is sent here. */
export function markDraining(app: App): void {
  draining.add(app.server)
}

/** Is this service on its way out? */
export function isDraining(app: App): boolean {
  return draining.has(app.server)
}

/** Answers given while draining ask the client to open its next connection elsewhere. */
export function closeConnectionsWhileDraining(app: App): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining(app)) void reply.header('connection', 'close')
    done()
  })
}
