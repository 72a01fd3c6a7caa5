import { CallPurpose, type CostBound, requests } from '@parley/contracts'
import { type Bus, call } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { Plan } from '../turns/turn.ts'
import { keepFresh } from './keep-fresh.ts'

const ASK_TIMEOUT_MS = 3_000

/** What calls may cost at most, as the ai-router says. Micro-USD. */
export interface CostBounds {
  /**
   * Of an answer that reads at most so many tokens, under each plan. Null, for a conversation's own model, stands for the
   * dearest. Empty while the ai-router has not been heard of.
   */
  ofAnswer(model: string | null, inputTokens: number): Partial<Record<Plan, bigint>>
  /** Of what the platform asks by itself; 0 while the ai-router has not been heard of. */
  ofExpense(purpose: 'title' | 'summary', inputTokens: number): bigint
  refresh(): Promise<void>
  stop(): void
}

const plans: readonly Plan[] = ['free', 'pro', 'admin']
const purposes = { title: CallPurpose.TITLE, summary: CallPurpose.SUMMARY } as const

export function openCostBounds({ bus, logger }: { bus: Bus; logger: Logger }): CostBounds {
  let bounds: readonly CostBound[] = []
  const { refresh, stop } = keepFresh({
    bus,
    logger,
    async read() {
      bounds = (await call(bus, requests.getCostBounds, {}, { timeoutMs: ASK_TIMEOUT_MS })).bounds
      return bounds.length > 0
    },
  })

  return {
    ofAnswer(model, inputTokens) {
      const answers = bounds.filter(({ purpose }) => purpose === CallPurpose.ANSWER)
      const entries = plans.flatMap((plan) => {
        const ofPlan = answers.filter((bound) => bound.plan === plan)
        const wished = ofPlan.filter((bound) => bound.model === model)
        // What the plan may not use fails without a cost.
        const most = mostOf(wished.length > 0 ? wished : ofPlan, inputTokens)
        return most === null ? [] : [[plan, most] as const]
      })
      return Object.fromEntries(entries)
    },
    ofExpense: (purpose, inputTokens) =>
      mostOf(
        bounds.filter((bound) => bound.purpose === purposes[purpose]),
        inputTokens,
      ) ?? 0n,
    refresh,
    stop,
  }
}

const MILLION = 1_000_000n

function mostOf(bounds: readonly CostBound[], inputTokens: number): bigint | null {
  const amounts = bounds.map(
    ({ outputMicroUsd, inputMicroUsdPerMillion }) =>
      outputMicroUsd + (BigInt(inputTokens) * inputMicroUsdPerMillion + MILLION - 1n) / MILLION,
  )
  return amounts.reduce<bigint | null>((most, amount) => (most === null || amount > most ? amount : most), null)
}
