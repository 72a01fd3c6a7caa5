import { crash, repeatedly } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'
import { pickBusy } from '../victims.ts'

export const gatewayKilled: Fault = {
  id: 'F-3',
  promise: 'a gateway replica killed: clients resume on another one within 5 s, and no prompt is sent twice',
  prepare: () => ({
    replicas: { gateway: 2, chat: 2 },
    bounds: { resumeMs: 5_000, gapMs: 5_000 },
    drive: repeatedly(async (run) => crash(await pickBusy(run, 'gateway'))),
    check: async (run) => promptsSentTwice(run),
  }),
}

function promptsSentTwice({ world, streams }: Run): string[] {
  const sent = new Map<string, number>()
  for (const { messages } of world.vendorRequests) {
    const prompt = messages.findLast(({ role }) => role === 'user')?.text ?? ''
    sent.set(prompt, (sent.get(prompt) ?? 0) + 1)
  }
  const twice = streams.records.filter(({ script }) => (sent.get(script.prompt) ?? 0) > 1)
  return twice.length > 0 ? [`${twice.length} prompts were sent to a vendor more than once, the first one of turn ${twice[0]?.id}`] : []
}
