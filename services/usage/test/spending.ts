import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, type CallPurpose, events, requests } from '@parley/contracts'
import { isAppError } from '@parley/errors'
import { call, publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import { v7 as newId } from 'uuid'
import type { startUsage } from './harness.ts'

type Usage = Awaited<ReturnType<typeof startUsage>>

export interface Turn {
  turnId: string
  userId: string
  /** The call that its user pays for. */
  callId: string
}

/** A call that belongs to no turn. */
export const aCall = (userId: string): Turn => ({ turnId: '', userId, callId: newId() })

export const usd = (amount: number): bigint => BigInt(Math.round(amount * 1_000_000))

export const aTurn = (userId: string): Turn => ({ turnId: newId(), userId, callId: newId() })

/** Somebody who asks, answers and spends. */
export function spendingOn(usage: Usage) {
  const publish = async (written: Promise<string>) => {
    await written
    usage.relay.wake()
  }

  /** What is held is the same under every plan. */
  function reserve(
    { turnId, userId }: Pick<Turn, 'turnId' | 'userId'>,
    { hold, isAdmin = false }: { hold?: bigint; isAdmin?: boolean } = {},
  ) {
    const holdMicroUsd: Record<string, bigint> = hold === undefined ? {} : { free: hold, pro: hold, admin: hold }
    return call(usage.bus, requests.reserveTurn, { turnId, userId, isAdmin, holdMicroUsd }, { timeoutMs: 20_000 })
  }

  interface CallFields {
    callId?: string
    costMicroUsd: bigint
    wastedMicroUsd?: bigint
    outcome?: CallOutcome
    purpose?: CallPurpose
    at?: Date
  }

  const figures = (costMicroUsd: bigint) => ({ inputTokens: 10n, outputTokens: 5n, costMicroUsd, priceId: 'm@1' })

  const callEnds = (turn: Turn, fields: CallFields) => {
    const { turnId, userId } = turn
    const { callId = turn.callId, costMicroUsd, wastedMicroUsd = 0n, outcome = CallOutcome.COMPLETED, purpose, at = new Date() } = fields
    return publish(
      publishEvent(usage.prisma, events.callCompleted, {
        aggregateId: turnId || callId,
        message: {
          ...{ callId, turnId, userId, outcome, purpose, model: 'm', provider: 'p', usage: figures(costMicroUsd) },
          wasted: wastedMicroUsd > 0n ? [{ number: 1, model: 'n', provider: 'q', usage: figures(wastedMicroUsd) }] : [],
          occurredAt: timestampFromDate(at),
        },
      }),
    )
  }

  const completes = (turn: Turn) => publish(publishEvent(usage.prisma, events.turnCompleted, { aggregateId: turn.turnId, message: turn }))

  const fails = ({ turnId, userId }: Turn) =>
    publish(publishEvent(usage.prisma, events.turnFailed, { aggregateId: turnId, message: { turnId, userId, code: 'service_busy' } }))

  const get = async (path: string, principal: Parameters<typeof usage.principals.header>[0]) => {
    const answer = await usage.app.inject({ url: path, headers: await usage.principals.header(principal) })
    return answer.json()
  }

  /** The user's own view: what was spent this month, what is held, and the cap. */
  const spendOf = async (userId: string): Promise<{ capUsd: string | null; spentUsd: string; heldUsd: string; resetsAt: string }> =>
    (await get('/api/v1/usage/limits', { userId })).spend

  return {
    ...{ reserve, callEnds, completes, fails, get, spendOf },

    /** An answer to its end, as it is told when all goes well. */
    async answer(turn: Turn, costMicroUsd: bigint): Promise<void> {
      await callEnds(turn, { costMicroUsd })
      await completes(turn)
    },

    /** An answer that nobody reserved for, metered to its end. */
    async spends(userId: string, amount: number): Promise<void> {
      const before = Number((await spendOf(userId)).spentUsd)
      await this.answer(aTurn(userId), usd(amount))
      await this.isSpent(userId, Number((before + amount).toFixed(6)))
    },

    isHeld: (userId: string, amount: number) =>
      waitFor(`${amount} USD held`, async () => Number((await spendOf(userId)).heldUsd) === amount),

    isSpent: (userId: string, amount: number) =>
      waitFor(`${amount} USD spent`, async () => Number((await spendOf(userId)).spentUsd) === amount),
  }
}

/** The code of what a promise rejects with; `ok` when it does not. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  )
