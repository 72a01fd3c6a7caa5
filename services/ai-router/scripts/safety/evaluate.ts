import { detectInjection } from '../../src/safety/injections/detect-injection.ts'
import { checkAtOnce } from '../../src/safety/input-check.ts'
import { openModels } from '../../src/safety/models/open-models.ts'
import { moderationCategories } from '../../src/safety/moderation/categories.ts'
import { classifyLocally } from '../../src/safety/moderation/classify-locally.ts'
import { policyOf, thresholds } from '../../src/safety/policies/policy.ts'
import { injectionSources } from './injection-sources.ts'
import { moderationSources } from './moderation-sources.ts'
import { dataFolders, readSource } from './samples.ts'

/**
 * Prints, for each set that lies in the given folders, what of its held-out texts is flagged and blocked, over-blocking
 * first: the tables of docs/safety.md.
 *
 * npm run safety:evaluate -w @parley/ai-router -- --data FOLDER[,FOLDER]
 */
const folders = dataFolders(process.argv)
const models = openModels()

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`)
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const heading = (...cells: string[]) => {
  console.log()
  row(...cells)
  row(...cells.map(() => '---'))
}

const found = injectionSources.flatMap((source) => {
  const texts = readSource(folders, source)?.filter(({ split }) => split === 'held-out')
  if (!texts) console.error(`not there: ${source.file} (${source.origin})`)
  return texts ? [{ source, scored: texts.map((text) => ({ ...text, score: detectInjection(models.injection, text.text).score })) }] : []
})
const count = (scored: readonly { score: number }[], from: number) => scored.filter(({ score }) => score >= from).length

heading('injection: harmless texts', 'texts', 'flagged', 'blocked')
for (const { source, scored } of found) {
  const benign = scored.filter(({ isAttack }) => !isAttack)
  if (benign.length === 0) continue
  row(
    source.id,
    benign.length,
    percent(count(benign, thresholds.injection.flag), benign.length),
    percent(count(benign, thresholds.injection.block), benign.length),
  )
}
heading('injection: attacks', 'texts', 'flagged (recall)', 'blocked')
for (const { source, scored } of found) {
  const attacks = scored.filter(({ isAttack }) => isAttack)
  if (attacks.length === 0) continue
  row(
    source.id,
    attacks.length,
    percent(count(attacks, thresholds.injection.flag), attacks.length),
    percent(count(attacks, thresholds.injection.block), attacks.length),
  )
}
heading('injection: sets of both', 'texts', 'precision', 'recall')
for (const { source, scored } of found) {
  const attacks = scored.filter(({ isAttack }) => isAttack)
  if (attacks.length === 0 || attacks.length === scored.length) continue
  const right = count(attacks, thresholds.injection.flag)
  row(source.id, scored.length, percent(right, count(scored, thresholds.injection.flag)), percent(right, attacks.length))
}

const scoresOf = (text: string) => classifyLocally(models.moderation, text)
heading('moderation (local)', 'category', 'texts of it', 'precision', 'recall', 'blocked')
const moderated = moderationSources.flatMap((source) => {
  const rows = readSource(folders, source)?.filter(({ split }) => split === 'held-out')
  if (!rows) console.error(`not there: ${source.file} (${source.origin})`)
  return rows ? [{ source, rows: rows.map((row) => ({ ...row, scores: scoresOf(row.text) })) }] : []
})
for (const { source, rows } of moderated) {
  for (const category of moderationCategories) {
    const known = rows.filter(({ labels }) => labels[category] !== undefined)
    const positives = known.filter(({ labels }) => labels[category])
    if (positives.length === 0) continue
    const { flag, block } = thresholds[category]
    const hits = (some: typeof known, from: number) => some.filter(({ scores }) => (scores[category] ?? 0) >= from).length
    const precision = positives.length === known.length ? '-' : percent(hits(positives, flag), hits(known, flag))
    row(
      ...[source.id, category, positives.length, precision],
      percent(hits(positives, flag), positives.length),
      percent(hits(positives, block), positives.length),
    )
  }
}
const isOver = (text: string, kind: 'flag' | 'block') => {
  const scores = scoresOf(text)
  return moderationCategories.some((category) => (scores[category] ?? 0) >= thresholds[category][kind])
}
const over = (texts: readonly string[], kind: 'flag' | 'block') => percent(texts.filter((text) => isOver(text, kind)).length, texts.length)
heading('moderation: harmless texts', 'texts', 'flagged', 'blocked')
for (const { source, rows } of moderated) {
  const clean = rows.filter(({ labels }) => Object.keys(labels).length > 0 && Object.values(labels).every((label) => !label))
  const texts = clean.map(({ text }) => text)
  if (texts.length > 0) row(source.id, texts.length, over(texts, 'flag'), over(texts, 'block'))
}
for (const { source, scored } of found) {
  const texts = scored.filter(({ isAttack }) => !isAttack).map(({ text }) => text)
  if (texts.length > 0 && !source.mayBeIndecent) row(source.id, texts.length, over(texts, 'flag'), over(texts, 'block'))
}

heading('time of a check', 'characters', 'p50', 'p99')
const long = found.flatMap(({ scored }) => scored.map(({ text }) => text)).join('\n\n')
for (const length of [200, 1_000, 5_000]) {
  const pieces = Array.from({ length: 400 }, (_, index) => long.slice(index * 1_500, index * 1_500 + length)).filter(
    (piece) => piece.length === length,
  )
  const checks = {
    'injection and local moderation of a question': (text: string) => checkAtOnce({ models, policy: policyOf('') }, 'free', text),
    'local moderation of an answer': scoresOf,
  }
  for (const [name, check] of Object.entries(checks)) {
    for (const piece of pieces) check(piece)
    const times = pieces.map((piece) => {
      const startedMs = performance.now()
      check(piece)
      return performance.now() - startedMs
    })
    times.sort((one, other) => one - other)
    const at = (share: number) => `${(times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(2)} ms`
    row(name, length, at(0.5), at(0.99))
  }
}
