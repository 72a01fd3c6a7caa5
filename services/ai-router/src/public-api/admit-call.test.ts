import t from 'tap'
import type { Model, Route } from '../catalogue/catalogue.ts'
import { createLoad } from '../completions/load.ts'
import { admitCall } from './admit-call.ts'
import type { Reservation } from './quota.client.ts'

const model: Model = {
  ...{ id: 'm', provider: 'p', name: 'm', vendorModel: 'm', kind: 'chat', capabilities: [], contextWindow: 1_000, maxOutputTokens: 100 },
  ...{ plan: 'free', isSimulated: false, acceptsPrefill: false, defaultRank: null, isEnabled: true },
  price: { id: 'm@1', inputMicroUsdPerMillion: 1n, cachedInputMicroUsdPerMillion: 1n, outputMicroUsdPerMillion: 1n },
}
const route: Route = { targets: [model], isHedged: false, cache: null }

t.test('D6 a call of the public API begins until its quota and its id are its own, or it is refused', async (t) => {
  const load = createLoad({ pressure: { delayMs: 0 }, running: { size: 500 }, maxRunning: 1_000, maxDelayMs: 40 })
  const answers: PromiseWithResolvers<Reservation>[] = []
  const deps = {
    load,
    quota: {
      take() {
        const answer = Promise.withResolvers<Reservation>()
        answers.push(answer)
        return answer.promise
      },
    },
    calls: { claim: async () => true },
    bookings: { book: async () => true, close: async () => {} },
    outputLimits: { free: 100, pro: 100, admin: 100 },
  }
  const admit = () =>
    admitCall(
      deps,
      {
        ...{ callId: 'c', principal: { userId: 'u', role: 'user', plan: 'free', sessionId: 's' } },
        targetsFor: () => ({ kind: 'found', ...route }),
        ...{ mostInputTokens: 10, maxOutputTokens: 10, inputTokens: 1, onReserved() {} },
      },
      AbortSignal.timeout(60_000),
    )
  const admissions = Array.from({ length: 24 }, admit)
  t.throws(() => load.admit('api'), { code: 'service_busy' })

  answers[0]?.resolve({ plan: 'free', windows: [] })
  await admissions[0]
  t.doesNotThrow(() => load.admit('api'))

  const another = admit()
  t.throws(() => load.admit('api'), { code: 'service_busy' })
  answers[24]?.reject(new Error('no quota'))
  await t.rejects(another, { message: 'no quota' })
  t.doesNotThrow(() => load.admit('api'))
})
