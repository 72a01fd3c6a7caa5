import { setTimeout as delay } from 'node:timers/promises'
import { crash, makeOnce } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'
import { pickBusy } from '../victims.ts'

const victims = ['chat', 'ai-router', 'usage', 'billing', 'nats'] as const

export const exactMetering: Fault = {
  id: 'B-1',
  promise:
    'one answer = one usage row = one charge while chat, ai-router, usage, billing and NATS are killed; sums agree to the micro-dollar',
  prepare: () => ({
    replicas: { chat: 2, gateway: 2, 'ai-router': 2 },
    restAllows: ['503'],
    // Without usage or NATS no quota can be reserved.
    allows: { refusals: true },
    /** `count` is the number of turns here. */
    async drive(run) {
      const { streams, random, count, say } = run
      for (let number = 1; number === 1 || streams.records.length < count; number += 1) {
        await delay(random.between(1_000, 4_000))
        await makeOnce(run, killOne, number)
        say(`${Math.min(count, streams.records.length)}/${count} turns, ${run.windows.at(-1)?.what}`)
      }
    },
  }),
}

async function killOne(run: Run): Promise<string> {
  const victim = run.random.pick(victims)
  return crash(victim === 'nats' ? run.world.infrastructure('nats') : await pickBusy(run, victim))
}
