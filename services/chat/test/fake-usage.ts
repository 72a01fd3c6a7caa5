import { type ReserveTurnRequest, requests } from '@parley/contracts'
import { connectBus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'

/** Answers reservations, and remembers them by turn. */
export async function startFakeUsage(natsUrl: string, logger: Logger) {
  const bus = await connectBus({ url: natsUrl, name: 'usage', logger })
  const asked: ReserveTurnRequest[] = []
  let refusal: { retryAfterS: number } | null = null
  let responder: ReturnType<typeof serve> | null = null

  const answer = () =>
    serve(
      bus,
      requests.reserveTurn,
      async (request) => {
        asked.push(request)
        return { granted: refusal === null, plan: request.isAdmin ? 'admin' : 'free', retryAfterS: refusal?.retryAfterS ?? 0 }
      },
      { logger },
    )
  responder = answer()

  return {
    asked,
    refuse(retryAfterS: number) {
      refusal = { retryAfterS }
    },
    async goAway() {
      await responder?.stop()
      responder = null
    },
    async comeBack() {
      responder ??= answer()
      await bus.connection.flush()
    },
    async close() {
      await responder?.stop()
      await bus.close()
    },
  }
}

export type FakeUsage = Awaited<ReturnType<typeof startFakeUsage>>
