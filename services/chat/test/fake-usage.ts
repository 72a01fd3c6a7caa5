import { type HoldExpenseRequest, type ReserveTurnRequest, requests } from '@parley/contracts'
import { AppError } from '@parley/errors'
import { connectBus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'

/** Answers reservations, and remembers them by turn; and what the platform holds for its own calls. */
export async function startFakeUsage(natsUrl: string, logger: Logger) {
  const bus = await connectBus({ url: natsUrl, name: 'usage', logger })
  const asked: ReserveTurnRequest[] = []
  const expenses: HoldExpenseRequest[] = []
  let refusal: { retryAfterS: number } | null = null
  let fullCap: AppError | null = null
  let responder: { stop(): Promise<unknown> } | null = null

  const answer = () => {
    const responders = [answerReservations(), answerExpenses()]
    return { stop: () => Promise.all(responders.map((each) => each.stop())) }
  }

  const answerExpenses = () =>
    serve(
      bus,
      requests.holdExpense,
      async (request) => {
        if (fullCap) throw fullCap
        expenses.push(request)
        return {}
      },
      { logger },
    )

  const answerReservations = () =>
    serve(
      bus,
      requests.reserveTurn,
      async (request) => {
        asked.push(request)
        if (fullCap) throw fullCap
        return { granted: refusal === null, plan: request.isAdmin ? 'admin' : 'free', retryAfterS: refusal?.retryAfterS ?? 0 }
      },
      { logger },
    )
  responder = answer()

  return {
    asked,
    expenses,
    /** Of the platform: nothing is let begin. Null opens it again. */
    cap(code: 'spend_cap_reached' | 'spend_cap_held' | null, retryAfterS = 1) {
      const publicMessage = 'The service’s spending limit is used up.'
      fullCap = code && new AppError({ code, kind: 'rate_limited', publicMessage, retryAfterS })
    },
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
