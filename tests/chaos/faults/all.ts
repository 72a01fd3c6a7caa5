import type { Fault } from '../fault.ts'
import { exactMetering } from './b-1-everything-killed.ts'
import { fairCharge } from './b-17-charged-once.ts'
import { chatKilled } from './f-1-chat-killed.ts'
import { aiRouterKilled } from './f-2-ai-router-killed.ts'
import { gatewayKilled } from './f-3-gateway-killed.ts'
import { postgresAway } from './f-8-postgres-away.ts'
import { natsAway } from './f-12-nats-away.ts'
import { partitions } from './f-14-partitions.ts'
import { vendorFailing } from './f-15-vendor-failing.ts'
import { vendorsDown } from './f-16-vendors-down.ts'
import { wrongClock } from './f-19-wrong-clock.ts'
import { rollingRestart } from './f-21-rolling-restart.ts'
import { quotaGivenBack } from './r-4-quota-given-back.ts'

/** Every fault there is, in the order of the lists. */
export const faults: readonly Fault[] = [
  exactMetering,
  fairCharge,
  chatKilled,
  aiRouterKilled,
  gatewayKilled,
  postgresAway,
  natsAway,
  partitions,
  vendorFailing,
  vendorsDown,
  wrongClock,
  rollingRestart,
  quotaGivenBack,
]
