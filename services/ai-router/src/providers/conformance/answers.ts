import { readAll } from './read-answer.ts'
import { QUESTION } from './requests.ts'
import type { Suite } from './suite.ts'

/** Good answers: text, usage, reasons to end, and going on with one. */
export function answers({ vendor, provider, test, scene }: Suite): void {
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
    test('a whole answer leaves its connection to the next request', async (t) => {
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
  test('a continuation brings the text shown so far and repeats no white space at the seam', async (t) => {
    const expected = vendor.play({ kind: 'answer' })
    for (const acceptsPrefill of [true, false]) {
      const read = await readAll(provider, { ...QUESTION, prefill: 'The answer begins \n', acceptsPrefill })
      t.equal(read.error, undefined)
      t.equal(read.text, expected.text)
      t.equal(vendor.lastPrefill(), 'The answer begins', 'without the white space at its end')
    }
  })
}
