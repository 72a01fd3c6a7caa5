import t from 'tap'
import type { AnswerRequest } from './answer-source.ts'
import { createRequestLog } from './request-log.ts'

const details = { stream: true, inputTokens: 1 }
const ask = (text: string): AnswerRequest => ({
  provider: 'openai',
  model: 'm',
  system: '',
  messages: [{ role: 'user', text }],
  prefill: '',
})

t.test('only so many requests are kept, and of large ones fewer', async (t) => {
  const log = createRequestLog()
  for (let index = 0; index < 1_001; index += 1) log.add(ask('short'), details)
  t.same([log.requests().length, log.requests()[0]?.number], [1_000, 2])
  const book = 'x'.repeat(12_000_000)
  for (let index = 0; index < 3; index += 1) log.add(ask(book), details)
  t.same(
    log.requests().map(({ number }) => number),
    [1_003, 1_004],
  )
  log.add(ask(book.repeat(3)), details)
  t.equal(log.requests().length, 1, 'the last one is always there')
})

t.test('a request is waited for, past or future, and in vain only for a time', async (t) => {
  const log = createRequestLog()
  const coming = log.waitFor(({ model }) => model === 'm')
  const entry = log.add(ask('hello'), details)
  t.equal(await coming, entry)
  const ended = log.waitFor(({ outcome }) => outcome === 'completed')
  log.finish(entry, 'completed')
  t.equal(await ended, entry)
  await t.rejects(
    log.waitFor(({ model }) => model === 'other', 10),
    { message: /no such request within 10 ms; 1 were received/ },
  )
})
