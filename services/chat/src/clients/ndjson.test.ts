import t from 'tap'
import { readLines } from './ndjson.ts'

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<string[][]> {
  async function* body() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  }
  const batches: string[][] = []
  for await (const batch of readLines(body())) batches.push(batch)
  return batches
}

t.test('lines that arrive together are given together', async (t) => {
  t.same(await linesOf('a\nb\n', 'c\n'), [['a', 'b'], ['c']])
})

t.test('a line may arrive in pieces, cut anywhere, also inside a character', async (t) => {
  const bytes = Buffer.from('{"delta":"😀"}\nnext\n')
  for (let cut = 1; cut < bytes.length; cut += 1) {
    t.same((await linesOf(bytes.subarray(0, cut), bytes.subarray(cut))).flat(), ['{"delta":"😀"}', 'next'])
  }
})

t.test('a last line without its end was cut and is not given', async (t) => {
  t.same(await linesOf('whole\npart'), [['whole']])
})

t.test('a line without end is refused before it fills the memory', async (t) => {
  await t.rejects(linesOf('x'.repeat(600_000), 'x'.repeat(600_000)), { name: 'RangeError' })
})
