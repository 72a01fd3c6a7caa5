import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t from 'tap'
import type { Fault } from '../src/providers/answer-source.ts'
import { countTokens, splitTokens } from '../src/providers/tokens.ts'
import { askAnthropic, askOpenai, PROMPT, statusOf, TEXT, world } from './sdk-readers.ts'

const vendors = { openai: askOpenai, anthropic: askAnthropic }

for (const [vendor, ask] of Object.entries(vendors)) {
  t.test(`${vendor}: 429 tells when to try again`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'rate_limited', retryAfterS: 7 })
    const { error } = await ask(its)
    t.ok(error instanceof OpenAI.RateLimitError || error instanceof Anthropic.RateLimitError)
    t.match(error, { status: 429 })
    t.equal((error as { headers: Headers }).headers.get('retry-after'), '7')
    t.equal((await ask(its)).text, TEXT, 'the fault is used up')
  })

  t.test(`${vendor}: a server error has the vendor's shape`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'status', status: 500 })
    const seen = await ask(its)
    t.equal(statusOf(seen), 500)
    t.match(seen.error, vendor === 'openai' ? { type: 'server_error' } : { error: { error: { type: 'api_error' } } })
  })

  t.test(`${vendor}: a reset before the first token is a connection error`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'reset' })
    const { error, text } = await ask(its)
    t.ok(error instanceof OpenAI.APIConnectionError || error instanceof Anthropic.APIConnectionError)
    t.equal(text, '')
  })

  const broken: Record<string, Fault> = {
    'a reset after tokens': { kind: 'reset', afterTokens: 5 },
    'a malformed event': { kind: 'malformed', afterTokens: 5 },
    'an error event': { kind: 'error_event', afterTokens: 5 },
  }
  for (const [name, fault] of Object.entries(broken)) {
    t.test(`${vendor}: ${name} keeps what was sent and fails the stream`, async (t) => {
      const its = await world(t)
      its.simulator.faults.add(fault)
      const seen = await ask(its)
      t.equal(countTokens(seen.text), 5)
      t.ok(TEXT.startsWith(seen.text))
      t.ok(seen.error)
      t.equal(its.simulator.requests()[0]?.outcome, fault.kind)
    })
  }

  t.test(`${vendor}: a truncated stream ends without a finish reason and without usage`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'truncate', afterTokens: 5 })
    const seen = await ask(its)
    t.equal(countTokens(seen.text), 5)
    t.notOk(seen.finish ?? seen.usage)
  })

  t.test(`${vendor}: a stall lasts until the reader gives up`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'stall', afterTokens: 5 })
    const path = vendor === 'openai' ? '/v1/chat/completions' : '/v1/messages'
    const gaveUp = new AbortController()
    const response = await fetch(its.simulator.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: 'm', stream: true, max_tokens: 99, messages: [{ role: 'user', content: PROMPT }] }),
      signal: gaveUp.signal,
    })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    while (!seen.includes(JSON.stringify(splitTokens(TEXT)[4]))) seen += (await reader?.read())?.value ?? ''
    t.equal(its.simulator.requests()[0]?.outcome, 'running')
    gaveUp.abort()
    await t.rejects(async () => void (await reader?.read()), { name: 'AbortError' })
    t.match(await its.simulator.waitForRequest(({ outcome }) => outcome !== 'running'), { outcome: 'stall', outputTokens: 5 })
  })

  t.test(`${vendor}: a slow first token comes late, and the whole answer behind it`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'slow_first_token', delayMs: 120 })
    const startedAt = performance.now()
    t.equal((await ask(its)).text, TEXT)
    const tookMs = performance.now() - startedAt
    t.ok(tookMs >= 118, `${tookMs} ms`)
  })
}

t.test('a simulator in another process is steered over HTTP', async (t) => {
  const its = await world(t)
  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${its.simulator.url}/__simulator${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) })
  t.equal((await control('POST', '/faults', { fault: { kind: 'status', status: 503 }, times: -1, provider: 'openai' })).status, 204)
  t.equal(statusOf(await askOpenai(its)), 503)
  t.equal(statusOf(await askOpenai(its)), 503)
  t.equal((await askAnthropic(its)).text, TEXT, 'the other vendor is not touched')
  await control('DELETE', '/faults')
  t.equal((await askOpenai(its)).text, TEXT)
  t.match(await (await control('GET', '/requests')).json(), { items: [{ provider: 'openai', outcome: 'status' }, {}, {}, {}] })
  t.equal((await control('POST', '/faults', { fault: { kind: 'stal' } })).status, 400, 'a fault that is none would break nothing')
  t.equal((await control('POST', '/faults', {})).status, 400)
})
