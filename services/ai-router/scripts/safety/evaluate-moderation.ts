import { createEmbedder } from '@parley/embeddings'
import { openMeaningModels, type SafetyModels } from '../../src/safety/models/open-models.ts'
import {
  type ModerationCategory,
  type ModerationScores,
  moderationCategories,
  strongestOf,
} from '../../src/safety/moderation/categories.ts'
import { lookLocally } from '../../src/safety/moderation/classify-locally.ts'
import { createSecondLook } from '../../src/safety/moderation/second-look.ts'
import { thresholds } from '../../src/safety/policies/policy.ts'
import { type ModerationText, moderationSources } from './moderation-sources.ts'
import { readSource } from './samples.ts'
import { heading, percent, row } from './tables.ts'

/** A set of texts that may be of no category, or of which nobody has said. */
export interface OtherTexts {
  id: string
  texts: readonly string[]
  isHarmless: boolean
}

/** What is said of a text by words alone, and with the second look at what they leave in doubt. */
interface Judged {
  byWords: ModerationScores
  withMeaning: ModerationScores
  isInDoubt: boolean
}

type Judgement = (judged: Judged) => ModerationScores
const judgements: readonly Judgement[] = [({ byWords }) => byWords, ({ withMeaning }) => withMeaning]
const kinds = ['flag', 'block'] as const

/** Prints what the local classifiers find and what they find wrongly, without and with the second look. */
export async function evaluateModeration(folders: readonly string[], models: SafetyModels, others: readonly OtherTexts[]): Promise<void> {
  const embedder = createEmbedder()
  const secondLook = createSecondLook(embedder, openMeaningModels())
  const judge = async (text: string): Promise<Judged> => {
    const { scores, doubts } = lookLocally(models.moderation, text)
    const inDoubt = doubts()
    const meaning = inDoubt.length > 0 ? await secondLook.classify(inDoubt, new AbortController().signal) : {}
    return { byWords: scores, withMeaning: strongestOf(scores, meaning), isInDoubt: inDoubt.length > 0 }
  }
  const judgeAll = async <T extends { text: string }>(texts: readonly T[]): Promise<(T & Judged)[]> => {
    const judged: (T & Judged)[] = []
    for (const text of texts) judged.push({ ...text, ...(await judge(text.text)) })
    return judged
  }

  heading('moderation (local)', 'category', 'texts of it', 'precision', 'recall', 'blocked', 'with meaning: precision', 'recall', 'blocked')
  const harmless: { id: string; judged: readonly Judged[] }[] = []
  for (const source of moderationSources) {
    const rows = readSource(folders, source)?.filter(({ split }) => split === 'held-out')
    if (!rows) {
      console.error(`not there: ${source.file} (${source.origin})`)
      continue
    }
    const judged = await judgeAll(rows)
    for (const category of moderationCategories) reportCategory(source.id, category, judged)
    const clean = judged.filter(({ labels }) => Object.keys(labels).length > 0 && Object.values(labels).every((label) => !label))
    harmless.push({ id: source.id, judged: clean })
  }

  heading('moderation: harmless texts', 'texts', 'flagged', 'blocked', 'with meaning: flagged', 'blocked', 'looked at')
  for (const { id, texts, isHarmless } of others) {
    const judged = await judgeAll(texts.map((text) => ({ text })))
    if (isHarmless) harmless.push({ id, judged })
    else row(`${id} (of unknown kind)`, judged.length, '', '', '', '', inDoubt(judged))
  }
  for (const { id, judged } of harmless) {
    if (judged.length === 0) continue
    const shares = judgements.flatMap((scores) =>
      kinds.map((kind) => percent(judged.filter((each) => isOver(scores(each), kind)).length, judged.length)),
    )
    row(id, judged.length, ...shares, inDoubt(judged))
  }
  await embedder.close()
}

const inDoubt = (judged: readonly Judged[]): string => percent(judged.filter(({ isInDoubt }) => isInDoubt).length, judged.length)

const isOver = (scores: ModerationScores, kind: 'flag' | 'block'): boolean =>
  moderationCategories.some((category) => (scores[category] ?? 0) >= thresholds[category][kind])

function reportCategory(id: string, category: ModerationCategory, judged: readonly (Judged & Pick<ModerationText, 'labels'>)[]): void {
  const known = judged.filter(({ labels }) => labels[category] !== undefined)
  const positives = known.filter(({ labels }) => labels[category])
  if (positives.length === 0) return
  const { flag, block } = thresholds[category]
  const cells = judgements.flatMap((scores) => {
    const hits = (some: readonly Judged[], from: number) => some.filter((each) => (scores(each)[category] ?? 0) >= from).length
    return [
      positives.length === known.length ? '-' : percent(hits(positives, flag), hits(known, flag)),
      percent(hits(positives, flag), positives.length),
      percent(hits(positives, block), positives.length),
    ]
  })
  row(id, category, positives.length, ...cells)
}
