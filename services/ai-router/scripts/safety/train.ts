import { writeFileSync } from 'node:fs'
import { type Features, featuresOf } from '../../src/safety/models/features.ts'
import { type StoredModel, storedModel } from '../../src/safety/models/linear-model.ts'
import { comparable } from '../../src/safety/texts/comparable.ts'
import { injectionSources } from './injection-sources.ts'
import { type Example, train } from './logistic-regression.ts'
import { moderationSource } from './moderation-sources.ts'
import { dataFolders, readSource, type Source } from './samples.ts'

/**
 * Learns the models anew from the texts in the given folders and writes their weights beside the code that reads them.
 * The same texts give the same weights, to the byte. docs/safety.md says where the texts are had from.
 *
 * npm run safety:train -w @parley/ai-router -- --data FOLDER[,FOLDER]
 */
const folders = dataFolders(process.argv)

function trainingTexts<Row extends { text: string }>(source: Source<Row>): (Row & { features: Features })[] {
  if (source.trainShare === 0) return []
  const rows = readSource(folders, source)
  if (!rows) throw new Error(`${source.file} is missing: ${source.origin}`)
  return rows.filter(({ split }) => split === 'train').map((row) => ({ ...row, features: featuresOf(comparable(row.text)) }))
}

const texts = injectionSources.flatMap(trainingTexts)
const injection = train(
  texts.map(({ features, isAttack }) => ({ features, isPositive: isAttack, importance: isAttack ? 4 : 1 })),
  { epochs: 12, rate: 0.3, decay: 1e-6 },
)
write('../../src/safety/injections/injection.weights.json', storedModel(injection.bias, injection.weights))

const labelled = trainingTexts(moderationSource)
const ordinary = texts
  .filter(({ isAttack }) => !isAttack)
  .map(({ features }): Example => ({ features, isPositive: false, importance: 0.5 }))
const moderation: Record<string, StoredModel> = {}
for (const category of ['sexual', 'self_harm'] as const) {
  const examples = labelled.flatMap(({ features, labels }): Example[] => {
    const isPositive = labels[category]
    return isPositive === undefined ? [] : [{ features, isPositive, importance: isPositive ? 6 : 1 }]
  })
  const { bias, weights } = train([...examples, ...ordinary], { epochs: 15, rate: 0.3, decay: 1e-6, size: 1 << 14 })
  moderation[category] = storedModel(bias, weights)
}
write('../../src/safety/moderation/moderation.weights.json', moderation)

function write(path: string, content: unknown): void {
  writeFileSync(new URL(path, import.meta.url), `${JSON.stringify(content, null, 2)}\n`)
  console.log(`wrote ${path.replace('../../', '')}`)
}
