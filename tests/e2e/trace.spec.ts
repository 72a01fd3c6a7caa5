import type { Span } from '@parley/testing'
import type { t } from 'tap'
import { signUp } from './client.ts'
import { eventually, type World } from './world.ts'

/** `service: name of the span`, as the edges below write it. */
const label = (span: Span): string => `${span.service}: ${span.name}`

/** Each span must have the other above it, with nothing of another service in between. */
const edges: [below: string, above: string][] = [
  ['gateway: POST', 'gateway: socket turn.start'],
  ['chat: POST /internal/turns', 'gateway: POST'],
  ['chat: rpc.usage.reserve-turn.v1 request', 'chat: POST /internal/turns'],
  ['usage: rpc.usage.reserve-turn.v1 reply', 'chat: rpc.usage.reserve-turn.v1 request'],
  ['usage: sql', 'usage: rpc.usage.reserve-turn.v1 reply'],
  ['usage: evt.usage.quota.reached.v1 publish', 'usage: rpc.usage.reserve-turn.v1 reply'],
  ['notification: evt.usage.quota.reached.v1 process', 'usage: evt.usage.quota.reached.v1 publish'],
  ['chat: turn run', 'chat: POST /internal/turns'],
  ['chat: completion', 'chat: turn run'],
  ['ai-router: completion', 'chat: completion'],
  ['ai-router: chat gpt-5.4-nano', 'ai-router: completion'],
  ['ai-router: POST', 'ai-router: chat gpt-5.4-nano'],
  ['ai-router: evt.ai.call.completed.v1 publish', 'ai-router: completion'],
  ['usage: evt.ai.call.completed.v1 process', 'ai-router: evt.ai.call.completed.v1 publish'],
  ['chat: evt.chat.turn.completed.v1 publish', 'chat: turn run'],
  ['usage: evt.chat.turn.completed.v1 process', 'chat: evt.chat.turn.completed.v1 publish'],
]

/** Does the chain of parents lead from the span to one with the label without passing through a third service? */
function hangsBelow(span: Span, above: string, byId: Map<string, Span>): boolean {
  const aboveService = above.slice(0, above.indexOf(':'))
  for (let parent = byId.get(span.parentSpanId); parent; parent = byId.get(parent.parentSpanId)) {
    if (label(parent) === above) return true
    if (parent.service !== span.service && parent.service !== aboveService) return false
  }
  return false
}

const missingEdges = (spans: Span[]): string[] => {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  return edges
    .filter(([below, above]) => !spans.some((span) => label(span) === below && hangsBelow(span, above, byId)))
    .map(([below, above]) => `${below} <- ${above}`)
}

/** I2: one user action is one trace, from the socket to the last consumer. */
export function oneTrace(test: typeof t, world: () => World): void {
  test.test('I2 one message is one trace through every service, and their log lines carry its id', async (t) => {
    const ada = await signUp(world(), 'Trace')
    await ada.connect()
    // The eighth message of ten is the one at 80 percent of the day: notification has something to do, too.
    for (let index = 0; index < 7; index++) t.equal((await ada.turn(`before ${index}`)).error, undefined)
    const turn = await ada.turn('the message that is followed')
    t.equal(turn.error, undefined)

    const { collector } = world()
    const rootOf = (spans: Span[]) => spans.find((span) => span.attributes['parley.turn.id'] === turn.turnId && span.parentSpanId === '')
    const spans = await eventually(
      'the whole trace',
      async () => {
        const all = collector.spans()
        const root = rootOf(all)
        return all.filter((span) => span.traceId === root?.traceId)
      },
      (found) => found.length > 0 && missingEdges(found).length === 0,
    ).catch((error: unknown) => {
      const all = collector.spans()
      const found = all.filter((span) => span.traceId === rootOf(all)?.traceId)
      t.same(missingEdges(found), [], `edges of the trace; there are: ${found.map(label).join(', ')}`)
      throw error
    })
    t.same(missingEdges(spans), [])

    const traceId = spans[0]?.traceId ?? ''
    for (const service of ['gateway', 'chat', 'ai-router', 'usage', 'notification']) {
      const isLogged = async () =>
        world()
          .logLines(service)
          .some((line) => line.includes(traceId))
      await eventually(`a log line of ${service} with the trace's id`, isLogged, (found) => found)
    }

    t.match(await followRegistration(world()), { traceIds: 1, services: ['auth', 'billing', 'gateway', 'notification'] })
    ada.close()
  })
}

/** The other great journey: registering reaches auth, billing and notification in one trace. */
async function followRegistration(world: World): Promise<{ traceIds: number; services: string[] }> {
  const before = new Set(world.collector.spans().map((span) => span.spanId))
  await signUp(world, 'Registered')
  const wanted = 'evt.auth.user.registered.v1 process'
  const processed = await eventually(
    'the registration to be processed',
    async () => world.collector.spans().filter((span) => !before.has(span.spanId) && span.name === wanted),
    (spans) => new Set(spans.map((span) => span.service)).size === 2,
  )
  const traceIds = new Set(processed.map((span) => span.traceId))
  const spans = await eventually(
    'the whole trace of the registration',
    async () => world.collector.spans().filter((span) => traceIds.has(span.traceId)),
    (found) => found.some((span) => span.service === 'gateway'),
  )
  const [traceId = ''] = traceIds
  for (const service of ['auth', 'billing']) {
    const isLogged = async () => world.logLines(service).some((line) => line.includes(traceId))
    await eventually(`a log line of ${service} with the trace's id`, isLogged, (found) => found)
  }
  return { traceIds: traceIds.size, services: [...new Set(spans.map((span) => span.service))].sort().filter((name) => name !== 'usage') }
}
