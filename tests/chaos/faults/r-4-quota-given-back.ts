import { type Inject, makeOnce } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'

export const quotaGivenBack: Fault = {
  id: 'R-4',
  promise: 'turns that fail, or are stopped before their first word, give the message back to the quota',
  prepare: () => ({
    replicas: { chat: 2, gateway: 2 },
    drive: async (run) => {
      for (let number = 1; number <= run.count; number += 1) {
        await makeOnce(run, failAndStop, number)
        run.say(`${number}/${run.count} ${run.windows.at(-1)?.what}`)
      }
    },
    check: usedAsAnswered,
  }),
}

/** A vendor that answers 500, and a person who stops at once, among the ordinary turns. */
const failAndStop: Inject = async ({ streams }, number) => {
  await Promise.all([
    streams.ask(number, { orders: 'fault=status status=500', expectedEnd: 'failed' }),
    streams.ask(number + 7, { orders: 'first=5000', expectedEnd: 'stopped', isStopWanted: true }),
  ])
  return 'one turn failed, one was stopped'
}

/** What the person is told is used is what was answered with text. */
async function usedAsAnswered({ world }: Run): Promise<string[]> {
  const answered = await world.rows<{ userId: string; count: number }>(
    'chat',
    `SELECT t.user_id AS "userId", count(*)::int AS count FROM turn t JOIN message m ON m.id = t.assistant_message_id
     WHERE t.status = 'completed' OR (t.status = 'stopped' AND m.text <> '') GROUP BY 1`,
  )
  const findings: string[] = []
  for (const { userId, cookie } of world.people) {
    const answer = await fetch(`${world.gateways[0]}/api/v1/usage/limits`, { headers: { cookie } })
    const { day } = (await answer.json()) as { day: { used: number } }
    const count = answered.find((row) => row.userId === userId)?.count ?? 0
    if (day.used !== count) findings.push(`user ${userId} has ${count} answers and is told that ${day.used} messages are used`)
  }
  return findings
}
