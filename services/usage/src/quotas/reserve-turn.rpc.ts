import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { requests } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type Bus, type Relay, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { z } from 'zod'
import { type Quota, reserveTurn } from './reserve-turn.ts'

const ids = z.object({ turnId: z.uuid(), userId: z.uuid() })

/** Answers rpc.usage.reserve-turn.v1. */
export function serveReserveTurn({ bus, logger, quota, relay }: { bus: Bus; logger: Logger; quota: Quota; relay: Relay }) {
  return serve(
    bus,
    requests.reserveTurn,
    async ({ turnId, userId, isAdmin, holdMicroUsd }, { signal }) => {
      if (!ids.safeParse({ turnId, userId }).success) throw commonErrors.invalid_request({ internal: 'an id is not a UUID' })
      if (Object.values(holdMicroUsd).some((hold) => hold < 0n)) throw commonErrors.invalid_request({ internal: 'a hold is negative' })
      const turn = { turnId, userId, isAdmin, holds: holdMicroUsd }
      const { isGranted, isMark, plan, limits, retryAfterS, ...use } = await reserveTurn(quota, turn, signal)
      if (isMark) relay.wake()
      return {
        granted: isGranted,
        plan,
        hour: { limit: limits.hour, used: use.hourUsed, resetsAt: timestampFromDate(use.hourResetsAt) },
        day: { limit: limits.day, used: use.dayUsed, resetsAt: timestampFromDate(use.dayResetsAt) },
        retryAfterS,
      }
    },
    { logger },
  )
}
