import t from 'tap'
import { batchesOf } from './text-batches.ts'

const sizes = (texts: readonly string[], inputs: number, tokens: number) =>
  batchesOf(texts, { inputs, tokens }).map(({ from, texts: some }) => [from, some.length])

t.test('C12 texts keep their order and every one is in exactly one request', async (t) => {
  const texts = Array.from({ length: 250 }, (_, index) => `text ${index}`)
  const batches = batchesOf(texts, { inputs: 100, tokens: 1_000_000 })
  t.same(
    batches.map(({ from }) => from),
    [0, 100, 200],
  )
  t.same(
    batches.flatMap((batch) => batch.texts),
    texts,
  )
})

t.test('C12 a request has no more tokens than its vendor takes, and a text is never split', async (t) => {
  t.same(sizes(['aaa', 'bbb', 'ccc', 'ddd'], 10, 2), [
    [0, 2],
    [2, 2],
  ])
  t.same(sizes(['a'.repeat(300), 'b', 'c'], 10, 50), [
    [0, 1],
    [1, 2],
  ])
  t.same(sizes(['b', 'a'.repeat(300), 'c'], 10, 50), [
    [0, 1],
    [1, 1],
    [2, 1],
  ])
  t.same(sizes(['日本語', 'x'], 10, 3), [
    [0, 1],
    [1, 1],
  ])
  t.same(sizes([], 10, 10), [])
})
