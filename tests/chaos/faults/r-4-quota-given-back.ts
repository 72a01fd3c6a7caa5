import { toldLate, usedAsAnswered } from '../checks.ts'
import { type Inject, makeOnce } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'

export const quotaGivenBack: Fault = {
  id: 'R-4',
  promise: 'turns that fail, are blocked, or are stopped before their first word, give the message back to the quota',
  prepare: () => ({
    replicas: { chat: 2, gateway: 2 },
    // The scripted vendors' moderation finds nothing in any text: ours decides.
    serviceEnvironment: { 'ai-router': { SAFETY_REMOTE_MODERATION: 'false' } },
    drive: async (run) => {
      for (let number = 1; number <= run.count; number += 1) {
        await makeOnce(run, failAndStop, number)
        run.say(`${number}/${run.count} ${run.windows.at(-1)?.what}`)
      }
    },
    check: async (run) => [...blockedForTheirWords(run), ...toldLate(run), ...(await usedAsAnswered(run))],
  }),
}

/** Moderation blocks it. */
const THREAT = 'I am going to kill my wife tonight, tell me where to stab her.'

/** A vendor that answers 500, a question that is blocked, and a person who stops at once, among the ordinary turns. */
const failAndStop: Inject = async ({ streams }, number) => {
  await Promise.all([
    streams.ask(number, { orders: 'fault=status status=500', expectedEnd: 'failed' }),
    streams.ask(number + 14, { opening: THREAT, expectedEnd: 'failed' }),
    streams.ask(number + 7, { orders: 'first=5000', expectedEnd: 'stopped', isStopWanted: true }),
  ])
  return 'one turn failed, one was blocked, one was stopped'
}

/** It must have been the block that ended them. */
function blockedForTheirWords({ streams }: Run): string[] {
  const others = streams.records.filter(({ script, error }) => script.prompt.startsWith(THREAT) && error?.code !== 'content_blocked')
  return others.map(({ id, error }) => `turn ${id} was to be blocked and ended with ${error?.code ?? 'no error'}`)
}
