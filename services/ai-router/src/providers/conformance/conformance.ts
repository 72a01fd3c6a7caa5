import type { Test } from 'tap'
import type { EmbeddingRequest, Provider, ProviderRequest, StreamPart, VendorUsage } from '../provider.ts'
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { EXPECTED_CALLS, type Expected, type Scene, type VendorDouble } from './vendor-double.ts'

const QUESTION: ProviderRequest = {
  model: 'a-model',
  system: 'Answer briefly.',
  messages: [
    { role: 'user', text: 'Hello' },
    { role: 'assistant', text: 'Hello! How can I help?' },
    { role: 'user', text: 'What is Parley?' },
  ],
  prefill: '',
  acceptsPrefill: true,
  maxOutputTokens: 256,
}

/** Something of everything that a request can bring along. Each word in it is found nowhere else. */
const EVERYTHING: ProviderRequest = {
  ...QUESTION,
  messages: [
    { role: 'user', text: 'What is this?', images: [{ url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==' }] },
    { role: 'assistant', text: 'I look.', toolCalls: [{ id: 'call_7', name: 'find_place', arguments: '{"near":"Bonn"}' }] },
    { role: 'tool', text: 'A cathedral', toolCallId: 'call_7' },
  ],
  sampling: { stop: ['END-OF-ANSWER'] },
  tools: {
    definitions: [
      {
        name: 'get_weather',
        description: 'Tells the weather',
        parameters: { type: 'object', properties: { city: { type: 'string', description: 'Where' } } },
      },
    ],
    choice: 'required',
  },
}
const WORDS_OF_EVERYTHING = [
  ...['What is this?', 'iVBORw0KGgoAAAANSUhEUg==', 'I look.', 'call_7', 'find_place', 'Bonn', 'A cathedral'],
  ...['END-OF-ANSWER', 'get_weather', 'Tells the weather', 'Where'],
]

const WITH_TOOLS: ProviderRequest = {
  ...QUESTION,
  tools: { definitions: [{ name: 'get_weather' }, { name: 'get_time' }], choice: 'auto' },
}

/** Kernel buffers of two sockets and our own; an answer without an end would fill gigabytes. */
const BOUND_BYTES = 48 * 1024 * 1024

interface Read {
  parts: StreamPart[]
  text: string
  usage: VendorUsage
  error?: ProviderError
}

/** The contract of `provider.ts` as tests, for one provider against one double of its vendor. */
export async function conformance(
  t: Test,
  startDouble: () => Promise<VendorDouble>,
  createProvider: (baseUrl: string) => Provider,
): Promise<void> {
  const vendor = await startDouble()
  const provider = createProvider(vendor.baseUrl)
  t.teardown(async () => {
    await provider.close()
    await vendor.close()
  })

  /** Registers a test unless this double cannot play the scene. */
  const scene = (name: string, playing: Scene, check: (t: Test, read: Read, expected: Expected) => unknown): void => {
    if (!vendor.canPlay(playing)) return
    void t.test(name, async (t) => {
      const expected = vendor.play(playing)
      await check(t, await readAll(provider, playing.kind === 'tool_calls' ? WITH_TOOLS : QUESTION), expected)
    })
  }
  const fails = (name: string, playing: Scene, kind: ProviderErrorKind, isWorthAnotherProvider: boolean) =>
    scene(name, playing, (t, read, expected) => {
      t.equal(read.error?.kind, kind)
      t.equal(read.error?.isWorthAnotherProvider, isWorthAnotherProvider)
      t.equal(read.text, expected.text, 'what came before the failure is kept')
      t.notOk(read.parts.some(({ type }) => type === 'finished'))
    })

  scene('a whole answer: started, its text, its usage, finished', { kind: 'answer' }, (t, read, expected) => {
    t.equal(read.error, undefined)
    t.equal(read.text, expected.text)
    t.equal(read.parts[0]?.type, 'started')
    t.same(read.parts.at(-1), { type: 'finished', reason: 'stop' })
    if (expected.usage) t.same(read.usage, expected.usage)
    t.ok(Number(read.usage.inputTokens) > 0 && Number(read.usage.outputTokens) > 0)
    t.notOk(read.parts.some((part) => part.type === 'text' && part.text === ''))
  })
  if (vendor.connections) {
    t.test('a whole answer leaves its connection to the next request', async (t) => {
      vendor.play({ kind: 'answer' })
      const before = vendor.connections?.() ?? 0
      for (let answers = 0; answers < 20; answers += 1) await readAll(provider, QUESTION)
      t.ok((vendor.connections?.() ?? 0) - before < 10, `${vendor.connections?.()} connections`)
    })
  }
  scene('missing usage is left out, never made up', { kind: 'answer', usage: 'missing' }, (t, read, expected) => {
    t.equal(read.text, expected.text)
    t.same(read.usage, {})
    t.same(read.parts.at(-1), { type: 'finished', reason: 'stop' })
  })
  scene('an answer at its length limit finishes with length', { kind: 'length' }, (t, read) =>
    t.same(read.parts.at(-1), { type: 'finished', reason: 'length' }),
  )
  scene('an answer the vendor ended for its content finishes with content_filter', { kind: 'content_filter' }, (t, read) =>
    t.same(read.parts.at(-1), { type: 'finished', reason: 'content_filter' }),
  )
  scene('C13 calls of tools come with their names, ids and arguments, and finish with tool_calls', { kind: 'tool_calls' }, (t, read) => {
    t.equal(read.error, undefined)
    const calls = callsIn(read.parts)
    t.same(
      calls.map(({ name, written }) => ({ name, arguments: JSON.parse(written) })),
      EXPECTED_CALLS,
    )
    t.equal(new Set(calls.map(({ id }) => id)).size, EXPECTED_CALLS.length, 'every call has an id of its own')
    t.same(read.parts.at(-1), { type: 'finished', reason: 'tool_calls' })
  })
  if (vendor.lastBody) {
    t.test('C13 tools, calls, results, images and stop words are passed through', async (t) => {
      vendor.play({ kind: 'answer' })
      t.equal((await readAll(provider, EVERYTHING)).error, undefined)
      for (const word of WORDS_OF_EVERYTHING) t.match(vendor.lastBody?.(), word)
    })
  }
  for (const figure of ['-5', '"12"', '1.5', 'null', '9007199254740991']) {
    scene(`C7 a usage of ${figure} tokens is none`, { kind: 'wrong_usage', figure }, (t, read, expected) => {
      t.equal(read.text, expected.text)
      t.same(read.usage, {})
      t.same(read.parts.at(-1), { type: 'finished', reason: 'stop' })
    })
  }
  scene('C7 a usage of zero tokens is handed on as it is', { kind: 'wrong_usage', figure: '0' }, (t, read) => {
    t.same(read.usage, { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 })
  })
  scene('a token of 10 MiB is a token', { kind: 'large_token' }, (t, read, expected) => {
    t.equal(read.error, undefined)
    t.ok(read.text === expected.text, `${read.text.length} characters`)
  })
  scene(
    'an answer whose first event is missing still begins with started',
    { kind: 'missing_event', which: 'start' },
    (t, read, expected) => {
      t.equal(read.parts[0]?.type, 'started')
      t.equal(read.text, expected.text)
      t.same(read.parts.at(-1), { type: 'finished', reason: 'stop' })
    },
  )
  fails(
    'an answer without its finish reason is cut, whatever else says that it is over',
    { kind: 'missing_event', which: 'finish' },
    'cut',
    true,
  )

  fails('a finish reason nobody knows is a failure', { kind: 'unknown_reason' }, 'malformed', true)

  fails('400 is the request’s fault', { kind: 'refusal', status: 400 }, 'invalid', false)
  fails(
    'a conversation that is too long is told apart',
    { kind: 'refusal', status: 400, why: 'context_overflow' },
    'context_overflow',
    false,
  )
  fails('401 is the key’s fault', { kind: 'refusal', status: 401 }, 'auth', true)
  fails('404 is a model the vendor does not have', { kind: 'refusal', status: 404 }, 'unknown_model', true)
  for (const status of [500, 503, 529]) fails(`${status} is the vendor’s fault`, { kind: 'refusal', status }, 'overloaded', true)
  fails(
    'an account without credit is told apart from a rate limit (429)',
    { kind: 'refusal', status: 429, why: 'exhausted' },
    'exhausted',
    true,
  )
  fails(
    'an account without credit is told apart from a bad request (400)',
    { kind: 'refusal', status: 400, why: 'exhausted' },
    'exhausted',
    true,
  )
  scene('429 says when to come back', { kind: 'refusal', status: 429, retryAfterS: 7 }, (t, read) => {
    t.equal(read.error?.kind, 'rate_limited')
    t.equal(read.error?.retryAfterMs, 7000)
  })

  fails('a reset before the answer begins', { kind: 'reset', afterTokens: 'no_head' }, 'unreachable', true)
  fails('a reset before the first token', { kind: 'reset', afterTokens: 0 }, 'cut', true)
  fails('a reset after some tokens', { kind: 'reset', afterTokens: 3 }, 'cut', true)
  fails('a stream that ends without a finish reason is a failure', { kind: 'truncate', afterTokens: 3 }, 'cut', true)
  fails('an empty stream is a failure', { kind: 'truncate', afterTokens: 0 }, 'cut', true)
  fails('an event that is not JSON', { kind: 'malformed', afterTokens: 2 }, 'malformed', true)
  fails('an error reported inside the stream', { kind: 'error_event', afterTokens: 2 }, 'overloaded', true)

  t.test('nobody at the address: unreachable', async (t) => {
    const nowhere = createProvider('http://127.0.0.1:1')
    t.teardown(() => nowhere.close())
    t.equal((await readAll(nowhere, QUESTION)).error?.kind, 'unreachable')
  })

  t.test('a stalled stream ends with the reason of whoever gives up on it, and the vendor is left', async (t) => {
    const expected = vendor.play({ kind: 'stall', afterTokens: 2 })
    const left = vendor.clientLeft()
    const giveUp = new AbortController()
    const tooLong = new ProviderError('timeout', 'nothing came')
    const read = await readAll(provider, QUESTION, giveUp.signal, (text) => {
      if (text === expected.text) giveUp.abort(tooLong)
    })
    t.equal(read.error, tooLong)
    await left
  })

  t.test('an abort ends the stream as aborted, and the vendor is left', async (t) => {
    const expected = vendor.play({ kind: 'stall', afterTokens: 1 })
    const left = vendor.clientLeft()
    const abort = new AbortController()
    const read = await readAll(provider, QUESTION, abort.signal, (text) => {
      if (text === expected.text) abort.abort()
    })
    t.equal(read.error?.kind, 'aborted')
    await left
  })

  t.test('an abort before the vendor answers ends the stream as well', async (t) => {
    vendor.play({ kind: 'answer' })
    t.equal((await readAll(provider, QUESTION, AbortSignal.abort())).error?.kind, 'aborted')
  })

  t.test('a reader that throws leaves the vendor, and gets what it threw', async (t) => {
    vendor.play({ kind: 'stall', afterTokens: 2 })
    const left = vendor.clientLeft()
    const enough = new Error('enough')
    const reading = provider.stream(QUESTION, new AbortController().signal, (batch) => {
      if (batch.some(isText)) throw enough
      return undefined
    })
    t.equal(await reading.catch((error: unknown) => error), enough)
    await left
  })

  t.test('a continuation brings the text shown so far and repeats no white space at the seam', async (t) => {
    const expected = vendor.play({ kind: 'answer' })
    for (const acceptsPrefill of [true, false]) {
      const read = await readAll(provider, { ...QUESTION, prefill: 'The answer begins \n', acceptsPrefill })
      t.equal(read.error, undefined)
      t.equal(read.text, expected.text)
      t.equal(vendor.lastPrefill(), 'The answer begins', 'without the white space at its end')
    }
  })

  const { embed } = provider
  if (embed && vendor.canPlay({ kind: 'embeddings' })) {
    const request: EmbeddingRequest = { model: 'a-model', inputs: ['one', 'two'], dimensions: 3 }
    const embedding = (signal = new AbortController().signal) => embed(request, signal)

    t.test('C12 embeddings: a vector for each input, in their order, and what they cost', async (t) => {
      const expected = vendor.play({ kind: 'embeddings' })
      t.same(await embedding(), { vectors: expected.vectors, usage: expected.usage })
    })
    t.test('C12 embeddings: fewer vectors than inputs are a failure', async (t) => {
      vendor.play({ kind: 'embeddings' })
      await t.rejects(embed({ ...request, inputs: ['one', 'two', 'three'] }, new AbortController().signal), { code: 'malformed' })
    })
    t.test('C12 embeddings: refusals are told apart', async (t) => {
      for (const [status, code] of [
        [400, 'invalid'],
        [401, 'auth'],
        [429, 'rate_limited'],
        [500, 'overloaded'],
      ] as const) {
        vendor.play({ kind: 'refusal', status })
        await t.rejects(embedding(), { code })
      }
    })
    t.test('C12 embeddings: a connection that breaks is unreachable, an abort ends the request', async (t) => {
      vendor.play({ kind: 'reset', afterTokens: 'no_head' })
      await t.rejects(embedding(), { code: 'unreachable' })
      await t.rejects(embedding(AbortSignal.abort()), { code: 'aborted' })
      vendor.play({ kind: 'stall', afterTokens: 0 })
      const [asked, left] = [vendor.asked(), vendor.clientLeft()]
      const abort = new AbortController()
      const waiting = t.rejects(embedding(abort.signal), { code: 'aborted' })
      await asked
      abort.abort()
      await waiting
      await left
    })
  }

  if (!vendor.canPlay({ kind: 'endless' })) return
  t.test('a reader without room stops the vendor: what waits in between is bounded', async (t) => {
    vendor.play({ kind: 'endless' })
    const [full, room, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), new AbortController()]
    let batchesWithoutRoom = 0
    const reading = provider.stream(QUESTION, leave.signal, (batch) => {
      if (!batch.some(isText)) return undefined
      batchesWithoutRoom += 1
      full.resolve()
      return room.promise
    })
    await full.promise
    const before = await settled(vendor.bytesSent)
    t.ok(before < BOUND_BYTES, `${before} bytes were taken for one batch that was read`)
    t.equal(batchesWithoutRoom, 1)
    leave.abort()
    await t.rejects(reading, { code: 'aborted' })
  })

  t.test('a reader that has room again gets the rest', async (t) => {
    const expected = vendor.play({ kind: 'answer' })
    let text = ''
    await provider.stream(QUESTION, new AbortController().signal, (batch) => {
      for (const part of batch) if (part.type === 'text') text += part.text
      return new Promise((resolve) => setImmediate(resolve))
    })
    t.equal(text, expected.text)
  })
}

interface Call {
  id: string
  name: string
  written: string
}

/** The calls of an answer, put together from their pieces. */
function callsIn(parts: StreamPart[]): Call[] {
  const calls: Call[] = []
  for (const part of parts) {
    if (part.type !== 'tool_call') continue
    const known = calls[part.index]
    if (known) known.written += part.arguments
    else calls[part.index] = { id: part.id ?? '', name: part.name ?? '', written: part.arguments }
  }
  return calls
}

/** Reads a stream to its end, whatever that is. */
async function readAll(
  provider: Provider,
  request: ProviderRequest,
  signal: AbortSignal = new AbortController().signal,
  onText?: (textSoFar: string) => void,
): Promise<Read> {
  const read: Read = { parts: [], text: '', usage: {} }
  try {
    await provider.stream(request, signal, (batch) => {
      for (const part of batch) {
        read.parts.push(part)
        if (part.type === 'usage') read.usage = { ...read.usage, ...given(part.usage) }
        if (part.type !== 'text') continue
        read.text += part.text
        onText?.(read.text)
      }
      return undefined
    })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    read.error = error
  }
  return read
}

const isText = (part: StreamPart): boolean => part.type === 'text'

const given = (usage: VendorUsage): VendorUsage => Object.fromEntries(Object.entries(usage).filter(([, figure]) => figure !== undefined))

/** A figure, once it has stopped growing. */
async function settled(figure: () => number): Promise<number> {
  for (let last = -1; ; ) {
    const now = figure()
    if (now === last) return now
    last = now
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
