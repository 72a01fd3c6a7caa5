import { CompletionState } from '@parley/contracts'
import { createLogger } from '@parley/telemetry'
import t from 'tap'
import type { Model } from '../catalogue/catalogue.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import type { Provider, ProviderRequest, StreamPart } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { createFirstTokenTimes } from './first-token-times.ts'
import { createRateLimits } from './rate-limits.ts'
import { type RouteDeps, runRoute } from './run-route.ts'
import { createTargetExperience } from './target-experience.ts'
import { createWaitQueue } from './wait-queue.ts'

const price = { id: 'm@1', inputMicroUsdPerMillion: 1n, cachedInputMicroUsdPerMillion: 1n, outputMicroUsdPerMillion: 1n }
const model = (provider: string, acceptsPrefill = true) =>
  ({ id: `${provider}-model`, provider, name: provider, vendorModel: 'v', maxOutputTokens: 1_000, acceptsPrefill, price }) as Model
const command: CompletionCommand = {
  ...{ callId: 'c', turnId: 't', userId: 'u', plan: 'free', model: 'auto', system: '', prefill: '', maxOutputTokens: 0, purpose: 'answer' },
  messages: [{ role: 'user', text: 'Hi' }],
}
const cut = new ProviderError('cut', 'cut')

/** Vendors that play a script each: parts, then the end, or an error. */
async function route(
  scripts: Record<string, (StreamPart | ProviderError)[][]>,
  fields: Partial<CompletionCommand> = {},
  targets?: Model[],
) {
  const requests: ProviderRequest[] = []
  const said: string[] = []
  const provider = (id: string): Provider => ({
    ...{ id, address: { host: 'localhost', port: 1 } },
    async stream(request, _signal, take) {
      requests.push(request)
      for (const part of scripts[id]?.shift() ?? []) {
        if (part instanceof ProviderError) throw part
        await take([part])
      }
    },
    retire: async () => {},
    close: async () => {},
  })
  const breakers = { isClosed: () => true, permit: async () => 'usual' as const, judge: () => {} }
  const [rateLimits, firstTokens] = [createRateLimits(), createFirstTokenTimes()]
  const rules = { slowFirstTokenMs: 1_000, hedgeAfterMs: 1_000, breakerSlowMs: 1_000, unavailableAfterMs: 1_000 }
  const deps = {
    providers: { get: provider },
    catalogue: { current: () => ({ mayAsk: () => true }) },
    clocks: { firstTokenMs: 1_000, gapMs: 1_000, totalMs: 10_000 },
    outputLimits: { free: 100, pro: 100, admin: 100 },
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...{ breakers, rateLimits, waiting: createWaitQueue({ capacity: 1 }) },
    experience: createTargetExperience({ breakers, rateLimits, firstTokens, rules }),
    retryRules: { retries: 0, delayMs: 1, giveUpAfterMs: 1_000, rateLimitWaitMs: 0 },
  } as unknown as RouteDeps
  const out = {
    started: (id: string) => void said.push(`started ${id}`),
    status: (state: CompletionState) => void said.push(state === CompletionState.CONTINUED ? 'CONTINUED' : 'another state'),
    text: (text: string) => void said.push(text),
    toolCall: (piece: { arguments: string }) => void said.push(`call ${piece.arguments}`),
  } as unknown as Parameters<typeof runRoute>[3]
  const life = { asks: () => {}, legEnded: () => {} }
  const [first = model('a'), ...others] = targets ?? [model('a'), model('b')]
  const { end, legs } = await runRoute(
    deps,
    { ...command, ...fields },
    { targets: [first, ...others], isHedged: false },
    out,
    life,
    new AbortController().signal,
  )
  return { end, legs, requests, said }
}

const text = (words: string): StreamPart => ({ type: 'text', text: words })
const finished: StreamPart = { type: 'finished', reason: 'stop' }
const toolCall = (piece: string): StreamPart => ({ type: 'tool_call', index: 0, id: 'x', name: 'f', arguments: piece })

t.test('F-15 an answer is never gone on with inside a tool call', async (t) => {
  const { end, requests, said } = await route({ a: [[text('Let me see. '), toolCall('{"ci'), cut]] })
  t.match(end, { kind: 'failed', error: { kind: 'cut' } })
  t.equal(requests.length, 1)
  t.same(said, ['started a-model', 'Let me see. ', 'call {"ci'])
})

t.test('a tool call reaches the caller, and its arguments are counted as output', async (t) => {
  const { end, legs } = await route({ a: [[toolCall('{"city":'), toolCall('"Graz"}'), { type: 'finished', reason: 'tool_calls' }]] })
  t.match(end, { kind: 'finished', reason: 'tool_calls' })
  t.ok((legs[0]?.usage?.outputTokens ?? 0) > 4)
})

t.test('F-15 whoever goes on gets what was shown as the beginning, and a limit without it', async (t) => {
  const { requests, said } = await route(
    { a: [[text('One two '), cut], [text('three '), cut], [cut]], b: [[text('four'), finished]] },
    { prefill: 'Zero ' },
  )
  t.same(
    requests.map(({ prefill }) => prefill),
    ['Zero ', 'Zero One two ', 'Zero One two three ', 'Zero One two three '],
  )
  t.ok(requests.every(({ maxOutputTokens }, index) => maxOutputTokens < (requests[index - 1]?.maxOutputTokens ?? 101) || index === 3))
  t.same(said.filter((word) => word.endsWith(' ') || word === 'four').join(''), 'One two three four')
})

t.test('F-15 half a JSON text is only gone on with by a model that continues its own text', async (t) => {
  const format = { responseFormat: { type: 'json_object' } } as const
  const a = () => [[text('{"a":'), cut]]
  const { end, said } = await route({ a: a(), b: [[text('1}'), finished]] }, format, [model('a', false), model('b')])
  t.equal(end.kind, 'finished')
  t.same(said, ['started a-model', '{"a":', 'CONTINUED', 'started b-model', '1}'])
  t.match(await route({ a: a() }, format, [model('a', false), model('b', false)]), { end: { kind: 'failed' }, requests: { length: 1 } })
})

t.test('what the caller chose goes to every vendor that is asked', async (t) => {
  const chosen = { sampling: { temperature: 0.2 }, tools: { definitions: [{ name: 'f' }], choice: 'auto' } } as const
  const { requests } = await route({ a: [[new ProviderError('overloaded', 'busy')]], b: [[text('Hi'), finished]] }, chosen)
  t.match(requests, [chosen, chosen])
})
