import { wastedTokensBooked } from '../checks.ts'
import { crash, repeatedly } from '../drive.ts'
import type { Fault } from '../fault.ts'
import { pickBusy } from '../victims.ts'

export const fairCharge: Fault = {
  id: 'B-17',
  promise: 'chat and ai-router killed in the middle of answers: users pay for the final answer only, wasted tokens are the platform’s',
  prepare: () => ({
    replicas: { chat: 2, gateway: 2, 'ai-router': 2 },
    restAllows: ['503'],
    allows: { refusals: true },
    drive: repeatedly(async (run) => crash(await pickBusy(run, run.random.pick(['chat', 'ai-router'] as const)))),
    check: wastedTokensBooked,
  }),
}
