import { requests } from '@parley/contracts'
import { connectBus, serve } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'

/** Answers for the usage service, which is not what is measured here: everybody may send another message. */
const logger = createLogger({ name: 'granted-quota', level: 'warn' })
const bus = await connectBus({ url: process.argv[2] ?? '', name: 'usage', logger })
serve(bus, requests.reserveTurn, async () => ({ granted: true, plan: 'free', hour: { limit: -1 }, day: { limit: -1 } }), {
  logger,
  concurrency: 100_000,
})
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: '' })
