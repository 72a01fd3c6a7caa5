import { chatApi } from '@parley/contracts/public'
import type { t } from 'tap'
import { signUp, type TurnOutcome } from './client.ts'
import { answersOf, sum, usageOf } from './counts.spec.ts'
import { eventually, type World } from './world.ts'

/** Kills one process after the other with SIGKILL while turns run; the platform restarts what died. */
export function faults(test: typeof t, world: () => World): void {
  for (const victim of ['usage', 'notification', 'nats', 'redis'] as const) {
    test.test(
      `F-6 F-7 F-11 F-12 ${victim} killed during 20 turns: each completes or fails by its documented error, and all counts agree`,
      async (t) => {
        const people = await Promise.all(Array.from({ length: 4 }, (_, index) => signUp(world(), `${victim}${index}`)))
        await Promise.all(people.map((person) => person.connect()))
        const running = people.flatMap((person) =>
          Array.from({ length: 5 }, (_, index) => person.turn(`slow answer ${index} [[tokens=60 tps=40]]`, { timeoutMs: 90_000 })),
        )
        await people[0]?.next((message) => message.type === 'turn.delta')
        const { platform } = world()
        const killed = victim === 'nats' || victim === 'redis' ? platform.infrastructure(victim) : platform.service(victim)
        await killed.kill()
        await killed.ready()
        t.ok(
          world().incidents.some((incident) => incident.startsWith(`${killed.name} has ended`)),
          'it did die, and the platform said so',
        )
        const outcomes: TurnOutcome[] = await Promise.all(running)

        for (const outcome of outcomes) {
          if (outcome.error) t.ok(chatApi.turnErrorCode.safeParse(outcome.error.code).success, `documented error: ${outcome.error.code}`)
          // Live frames die with NATS's memory; what is then missing at the end comes with the stored message.
          else if (victim === 'nats') t.ok(outcome.message?.text.startsWith(outcome.text), 'nothing repeated or out of order')
          else t.equal(outcome.text, outcome.message?.text, 'the whole answer, nothing lost or repeated')
        }

        const userIds = people.map((person) => person.userId)
        const completed = outcomes.filter((outcome) => outcome.message).length
        await eventually(
          'all counts agree',
          async () => {
            const [answers, usage] = [await answersOf(world(), userIds), await usageOf(world(), userIds)]
            const answered = new Set(answers.map((row) => row.turn_id))
            const metered = usage.filter((row) => answered.has(row.turn_id))
            const limits = await Promise.all(
              people.map(
                async (person) => (await (await person.request('GET', '/api/v1/usage/limits')).json()) as { day?: { used: number } },
              ),
            )
            return {
              answers: answers.length,
              metered: metered.length,
              sumsAgree: sum(metered) === sum(answers),
              counted: limits.reduce((total, answer) => total + (answer.day?.used ?? Number.NaN), 0),
            }
          },
          (now) => now.answers === completed && now.metered === completed && now.sumsAgree && now.counted === completed,
          15_000,
        )
        for (const person of people) person.close()
      },
    )
  }
}
