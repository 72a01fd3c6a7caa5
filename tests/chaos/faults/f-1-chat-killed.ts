import { crash, repeatedly } from '../drive.ts'
import type { Fault } from '../fault.ts'
import { pickBusy } from '../victims.ts'

export const chatKilled: Fault = {
  id: 'F-1',
  promise: 'a chat replica killed in the middle of streams: the whole answer, once, charged once, silence of 10 s at most',
  prepare: () => ({
    replicas: { chat: 2, gateway: 2 },
    // A request that was being answered by the replica, or came before its port was known to be closed.
    restAllows: ['503'],
    allows: { refusals: true },
    bounds: { gapMs: 10_000 },
    drive: repeatedly(async (run) => crash(await pickBusy(run, 'chat'))),
  }),
}
