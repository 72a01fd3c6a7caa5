import { writeFileSync } from 'node:fs'
import { type Features, featuresOf } from '../../src/safety/models/features.ts'
import { storedModel } from '../../src/safety/models/linear-model.ts'
import { comparable } from '../../src/safety/texts/comparable.ts'
import { type InjectionText, injectionSources } from './injection-sources.ts'
import { type Example, train } from './logistic-regression.ts'
import { trainOnMeaning } from './meaning-training.ts'
import { moderationSources } from './moderation-sources.ts'
import { harmlessText, type TrainingText, trainOnWords } from './moderation-training.ts'
import { shortTexts, topicTexts, triggerTexts } from './own-texts.ts'
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

/** There are fewer attacks than texts of other kinds. */
const ATTACK_IMPORTANCE = 4.5

const exampleOf = ({ features, isAttack, importance }: InjectionText & { features: Features; importance: number }): Example => ({
  features,
  isPositive: isAttack,
  importance: isAttack ? ATTACK_IMPORTANCE : importance,
})
const harmlessOf = (own: readonly string[], importance: number): Example[] =>
  own.map((text) => ({ features: featuresOf(comparable(text)), isPositive: false, importance }))

const texts = injectionSources.flatMap((source) =>
  trainingTexts(source).map((row) => ({ ...row, importance: source.importance ?? 1, isDecent: !source.mayBeIndecent })),
)
const injection = train([...texts.map(exampleOf), ...harmlessOf(shortTexts, 3), ...harmlessOf(triggerTexts, 1)], {
  epochs: 12,
  rate: 0.3,
  decay: 1e-6,
})
write('../../src/safety/injections/injection.weights.json', storedModel(injection.bias, injection.weights))

const labelled = moderationSources.flatMap((source) => trainingTexts(source).map((row) => ({ ...row, importance: source.importance ?? 1 })))
/** What is blocked by mistake is worse than what is missed: texts of other kinds count as much as those with labels. */
const ordinary = texts
  .filter(({ isAttack, isDecent }) => !isAttack && isDecent)
  .map(({ text, features }) => harmlessText(text, features, 1))
const greetings = shortTexts.map((text) => harmlessText(text, featuresOf(comparable(text)), 5))
const topical = topicTexts.map((text) => ({ ...harmlessText(text, featuresOf(comparable(text)), 1), isForMeaning: true as const }))
const moderationTexts: TrainingText[] = [...labelled, ...ordinary, ...greetings, ...topical]
/** Of which there is enough to learn from. */
const categories = ['sexual', 'self_harm'] as const
const words = categories.map((category) => [category, trainOnWords(category, moderationTexts)] as const)
write('../../src/safety/moderation/moderation.weights.json', Object.fromEntries(words))
write('../../src/safety/moderation/meaning.weights.json', await trainOnMeaning(categories, moderationTexts))

function write(path: string, content: unknown): void {
  writeFileSync(new URL(path, import.meta.url), `${JSON.stringify(content, null, 2)}\n`)
  console.log(`wrote ${path.replace('../../', '')}`)
}
