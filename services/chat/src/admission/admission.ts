import type { Pressure } from '@parley/service-kit'
import { commonErrors } from '../errors.ts'
import { metrics } from '../metrics.ts'
import type { AdmissionLimits } from './limits.ts'

/** Another replica may have room: the gateway asks again at once. */
const ELSEWHERE_AFTER_S = 1

export interface AdmissionDependencies {
  limits: AdmissionLimits
  pressure: Pressure
  running: { hasRoom(): boolean; hasRoomToWait(): boolean }
}

/** Throws `service_busy` when this replica should not take a further turn: those that run come first (D6). */
export function checkRoom({ limits, pressure, running }: AdmissionDependencies): void {
  if (pressure.delayMs > limits.maxDelayMs) refuse('event_loop')
  if (!running.hasRoom() && !running.hasRoomToWait()) refuse('queue')
}

function refuse(reason: 'event_loop' | 'queue'): never {
  metrics.turnsShed.inc({ reason })
  throw commonErrors.service_busy({ internal: `no turn taken: ${reason}`, retryAfterS: ELSEWHERE_AFTER_S })
}
