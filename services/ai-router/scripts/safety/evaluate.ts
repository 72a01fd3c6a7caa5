import { detectInjection } from '../../src/safety/injections/detect-injection.ts'
import { checkFirst } from '../../src/safety/input-check.ts'
import { openModels } from '../../src/safety/models/open-models.ts'
import { lookLocally } from '../../src/safety/moderation/classify-locally.ts'
import { policyOf, thresholds } from '../../src/safety/policies/policy.ts'
import { evaluateModeration } from './evaluate-moderation.ts'
import { injectionSources } from './injection-sources.ts'
import { dataFolders, readSource } from './samples.ts'
import { heading, percent, row } from './tables.ts'

/**
 * Prints, for each set that lies in the given folders, what of its held-out texts is flagged and blocked, over-blocking
 * first: the tables of docs/safety.md.
 *
 * npm run safety:evaluate -w @parley/ai-router -- --data FOLDER[,FOLDER]
 */
const folders = dataFolders(process.argv)
const models = openModels()

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

await evaluateModeration(
  folders,
  models,
  found
    .map(({ source, scored }) => ({
      id: source.id,
      texts: scored.filter(({ isAttack }) => !isAttack).map(({ text }) => text),
      isHarmless: !source.mayBeIndecent,
    }))
    .filter(({ id, texts }) => texts.length > 0 && id !== 'moderation-texts'),
)

heading('time of a check', 'characters', 'p50', 'p99')
const long = found.flatMap(({ scored }) => scored.map(({ text }) => text)).join('\n\n')
for (const length of [200, 1_000, 5_000]) {
  const pieces = Array.from({ length: 400 }, (_, index) => long.slice(index * 1_500, index * 1_500 + length)).filter(
    (piece) => piece.length === length,
  )
  const checks = {
    'injection and local moderation of a question': (text: string) => checkFirst({ models, policy: policyOf('') }, 'free', text).doubts(),
    'local moderation of an answer': (text: string) => lookLocally(models.moderation, text).doubts(),
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
