import { wastedTokensBooked } from '../checks.ts'
import { crash, repeatedly } from '../drive.ts'
import type { Fault } from '../fault.ts'
import { pickBusy } from '../victims.ts'

export const aiRouterKilled: Fault = {
  id: 'F-2',
  promise: 'an ai-router replica killed in the middle of streams: as F-1, and wasted tokens are on the platform’s account',
  prepare: () => ({
    replicas: { 'ai-router': 2, chat: 2, gateway: 2 },
    // The list of models comes from the replica.
    restAllows: ['503'],
    bounds: { gapMs: 10_000 },
    drive: repeatedly(async (run) => crash(await pickBusy(run, 'ai-router'))),
    check: wastedTokensBooked,
  }),
}
