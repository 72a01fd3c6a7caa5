import { createLogger } from '@parley/telemetry'
import { createService, runService } from '../src/index.ts'

/** Tells the test what happened, in order, over IPC. */
const tell = (what: string): void => {
  if (process.connected) process.send?.(what)
}

const app = await createService({ name: 'drain-example', logger: createLogger({ name: 'drain-example' }), readiness: {} })
app.get('/half-a-second', async () => {
  tell('arrived')
  await new Promise((resolve) => setTimeout(resolve, 500))
  tell('answered')
  return { done: true }
})
await runService(app, {
  host: '127.0.0.1',
  port: 0,
  shutdownTimeoutMs: 5_000,
  onDrain: async () => tell('handed over'),
  close: async () => tell('dependencies closed'),
})
