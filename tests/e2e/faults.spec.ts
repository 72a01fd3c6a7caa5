import { chatApi } from '@parley/contracts/public'
import type { t } from 'tap'
import { logIn, signUp, type TurnOutcome } from './client.ts'
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

  test.test(
    'F-2 B-17 ai-router killed during 8 turns: users pay for one call an answer, what was lost is the platform’s and shown',
    async (t) => {
      const people = await Promise.all(Array.from({ length: 4 }, (_, index) => signUp(world(), `router${index}`)))
      await Promise.all(people.map((person) => person.connect()))
      const userIds = people.map((person) => person.userId)
      const running = people.flatMap((person) =>
        Array.from({ length: 2 }, (_, index) => person.turn(`long answer ${index} [[tokens=240 tps=40]]`, { timeoutMs: 90_000 })),
      )
      await eventually(
        'a heartbeat of running calls',
        () =>
          world().rows('ai-router', "SELECT id FROM ai_call WHERE outcome = 'running' AND output_tokens > 0 AND user_id = ANY($1)", [
            userIds,
          ]),
        (rows) => rows.length > 0,
      )
      const router = world().platform.service('ai-router')
      await router.kill()
      await router.ready()
      const outcomes: TurnOutcome[] = await Promise.all(running)
      for (const { error, text, message } of outcomes) {
        if (error) t.ok(chatApi.turnErrorCode.safeParse(error.code).success, `documented error: ${error.code}`)
        else t.equal(text, message?.text, 'the whole answer, nothing lost or repeated')
      }

      const completed = outcomes.filter((outcome) => outcome.message).length
      const accounts = await eventually(
        'every call is on an account',
        async () => {
          const [answers, usage] = [await answersOf(world(), userIds), await usageOf(world(), userIds)]
          const [rest] = await world().rows<{ lost: number; undecided: number }>(
            'usage',
            `SELECT count(*) FILTER (WHERE outcome = 'lost' AND account = 'platform')::int AS lost,
                  count(*) FILTER (WHERE account IS NULL)::int AS undecided
           FROM usage_event WHERE user_id = ANY($1::uuid[])`,
            [userIds],
          )
          const calls = await world().rows('ai-router', "SELECT id FROM ai_call WHERE outcome = 'running' AND user_id = ANY($1)", [userIds])
          return {
            ...rest,
            answers: answers.length,
            paid: usage.length,
            sumsAgree: sum(usage) === sum(answers),
            stillRunning: calls.length,
          }
        },
        (now) =>
          now.answers === completed &&
          now.paid === completed &&
          now.sumsAgree &&
          (now.lost ?? 0) > 0 &&
          now.undecided === 0 &&
          now.stillRunning === 0,
        45_000,
      )
      t.ok(accounts.lost)

      const { email, password } = world().platform.run.admin
      const admin = await logIn(world().url, email, password)
      const report = await admin.request('GET', '/api/v1/admin/usage/platform?by=purpose')
      t.equal(report.status, 200)
      const { items } = (await report.json()) as { items: { key: string; calls: number; costUsd: string }[] }
      t.ok((items.find(({ key }) => key === 'answer')?.calls ?? 0) >= (accounts.lost ?? 0), 'administrators see what was wasted')
      t.equal((await people[0]?.request('GET', '/api/v1/admin/usage/platform'))?.status, 403)
      for (const person of people) person.close()
    },
  )
}
