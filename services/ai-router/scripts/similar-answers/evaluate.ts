import { adminCatalogueApi } from '@parley/contracts'
import { cosine, createEmbedder } from '@parley/embeddings'
import { isUnderstood } from '../../src/similar-answers/askable-question.ts'
import { type Difference, differenceBetween, differences } from '../../src/similar-answers/differences.ts'
import { readQuestion } from '../../src/similar-answers/question-reading.ts'
import { bandsOf } from '../../src/similar-answers/vector-bands.ts'
import { dataFolders } from '../safety/samples.ts'
import { type PairSource, pairSources, type QuestionPair, readPairs } from './pair-sources.ts'

/**
 * Prints, for each set of question pairs that lies in the given folders, how often the semantic cache takes duplicates for the
 * same question (hits) and others (false hits), by threshold, by the meaning alone and with what words must agree in: the tables
 * of docs/operations/routing.md.
 *
 * npm run cache:evaluate -w @parley/ai-router -- --data FOLDER[,FOLDER]
 */
const folders = dataFolders(process.argv)
const embedder = createEmbedder()

const THRESHOLDS = [0.85, 0.88, 0.9, 0.92, 0.93, 0.94, 0.96, 0.98]
const chosen = adminCatalogueApi.DEFAULT_MIN_SIMILARITY
const BATCH = 64

interface JudgedPair extends QuestionPair {
  nearness: number
  /** Both are such that the cache compares them. */
  isUnderstood: boolean
  differences: ReadonlySet<Difference>
  /** The index finds one by the other. */
  sharesBand: boolean
}

const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const heading = (...cells: string[]) => {
  console.log()
  row(...cells)
  row(...cells.map(() => '---'))
}
const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`)

for (const source of pairSources) {
  const pairs = readPairs(folders, source)
  if (pairs) report(source, await judge(pairs))
  else console.error(`not there: ${source.file} (${source.origin})`)
}
await reportTimes()
await embedder.close()

async function judge(pairs: readonly QuestionPair[]): Promise<JudgedPair[]> {
  const vectors = await vectorsOf(new Set(pairs.flatMap(({ one, other }) => [one, other])))
  const scope = new Uint8Array(32)
  return pairs.map((pair) => {
    const [one, other] = [vectors.get(pair.one), vectors.get(pair.other)]
    if (!one || !other) throw new Error('a question has no vector')
    const readings = [readQuestion(pair.one), readQuestion(pair.other)] as const
    const bands = new Set(bandsOf(one, scope))
    return {
      ...pair,
      nearness: cosine(one, other),
      isUnderstood: isUnderstood(pair.one) && isUnderstood(pair.other),
      differences: new Set(differences.filter((difference) => differenceBetween(...readings, [difference]))),
      sharesBand: bandsOf(other, scope).some((band) => bands.has(band)),
    }
  })
}

async function vectorsOf(texts: ReadonlySet<string>): Promise<Map<string, Float32Array>> {
  // Texts of one length together: a batch takes as long as its longest one.
  const ordered = [...texts].toSorted((one, other) => one.length - other.length)
  const vectors = new Map<string, Float32Array>()
  for (let start = 0; start < ordered.length; start += BATCH) {
    const batch = ordered.slice(start, start + BATCH)
    for (const [index, vector] of (await embedder.embed(batch)).entries()) vectors.set(batch[index] ?? '', vector)
    if (start % (BATCH * 50) === 0) console.error(`${start} of ${ordered.length} questions`)
  }
  return vectors
}

function report({ id, origin, isHeldOut }: PairSource, pairs: readonly JudgedPair[]): void {
  const duplicates = pairs.filter(({ isDuplicate }) => isDuplicate)
  const others = pairs.filter(({ isDuplicate }) => !isDuplicate)
  const rates = (isHit: (pair: JudgedPair) => boolean) =>
    [duplicates, others].map((these) => percent(these.filter(isHit).length, these.length))
  const isNear = (from: number) => (pair: JudgedPair) => pair.nearness >= from
  const isServed = (from: number) => (pair: JudgedPair) =>
    pair.isUnderstood && pair.sharesBand && pair.nearness >= from && pair.differences.size === 0

  console.log(`\n${id}${isHeldOut ? ' (held out)' : ''}: ${duplicates.length} duplicates, ${others.length} others. ${origin}`)
  heading('similarity from', 'hits by meaning alone', 'false hits', 'hits with words', 'false hits')
  for (const from of THRESHOLDS) row(from, ...rates(isNear(from)), ...rates(isServed(from)))
  heading(`at ${chosen}`, 'hits', 'false hits')
  row('as served', ...rates(isServed(chosen)))
  for (const left of differences) {
    const others = (pair: JudgedPair) => [...pair.differences].every((difference) => difference === left)
    row(`without ${left}`, ...rates((pair) => pair.isUnderstood && isNear(chosen)(pair) && others(pair)))
  }
  row('meaning alone, questions that are compared', ...rates((pair) => pair.isUnderstood && isNear(chosen)(pair)))
  const near = duplicates.filter(isNear(chosen))
  console.log(
    `\nfound by the index, of duplicates from ${chosen}: ${percent(near.filter(({ sharesBand }) => sharesBand).length, near.length)}`,
  )
}

async function reportTimes(): Promise<void> {
  heading('time of', 'p50', 'p99')
  const question = (index: number) => `How do I learn to play song number ${index} on the piano?`
  await time('a vector of one question', 100, (index) => embedder.embed([question(index)]))
  const [vector = new Float32Array()] = await embedder.embed([question(0)])
  await time('bands of a vector', 200, () => bandsOf(vector, new Uint8Array(32)))
  await time('reading and comparing 32 questions', 200, (index) => {
    for (let other = 0; other < 32; other += 1) differenceBetween(readQuestion(question(index)), readQuestion(question(index + other)))
  })
}

async function time(name: string, count: number, work: (index: number) => unknown): Promise<void> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const startedMs = performance.now()
    await work(index)
    times.push(performance.now() - startedMs)
  }
  times.sort((one, other) => one - other)
  const at = (share: number) => `${(times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(2)} ms`
  row(name, at(0.5), at(0.99))
}
