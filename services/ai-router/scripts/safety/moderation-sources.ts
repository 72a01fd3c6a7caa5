import { type ModerationCategory, moderationCategories } from '../../src/safety/moderation/categories.ts'
import { parseCsv } from './csv.ts'
import { jsonLines, type Source } from './samples.ts'

export interface ModerationText {
  text: string
  /** What people said of the text; categories nobody looked at are missing. */
  labels: Partial<Record<ModerationCategory, boolean>>
  /** What it has in common with others of its set, such as the question that they answer. */
  group?: string
}

const harmless = Object.fromEntries(moderationCategories.map((category) => [category, false]))

/** What a hazard of AILuminate is in our terms; the others are of kinds that our categories do not tell apart. */
const hazards: Readonly<Record<string, ModerationText['labels']>> = {
  sxc_prn: { sexual: true },
  ssh: { self_harm: true },
  hte: { hate: true },
  vcr: { violence: true },
  dfm: harmless,
  prv: harmless,
  ncr: harmless,
  spc_ele: harmless,
  spc_fin: harmless,
  spc_hlt: harmless,
  spc_lgl: harmless,
}

type Row = { prompt: string } & Partial<Record<'S' | 'H' | 'V' | 'HR' | 'SH' | 'H2' | 'V2', 0 | 1>>

export const moderationSources: readonly Source<ModerationText>[] = [
  {
    id: 'moderation-texts',
    file: 'moderation.jsonl',
    origin: 'openai/moderation-api-release',
    licence: 'MIT',
    trainShare: 0.5,
    read: (content) => jsonLines<Row>(content).map(({ prompt, ...row }) => ({ text: prompt, labels: labelsOf(row) })),
  },
  {
    id: 'hazardous-prompts',
    file: 'ailuminate.csv',
    origin: 'AILuminate 1.0 demo prompts (mlcommons/ailuminate), en_US',
    licence: 'CC-BY-4.0',
    trainShare: 0.5,
    importance: 0.5,
    read: (content) => parseCsv(content).map(({ prompt_text = '', hazard = '' }) => ({ text: prompt_text, labels: hazards[hazard] ?? {} })),
  },
  {
    id: 'comments',
    file: 'toxicity_en.csv',
    origin: 'surge-ai/toxicity',
    licence: 'MIT',
    trainShare: 0.5,
    read: (content) => parseCsv(content).map(({ text = '', is_toxic }) => ({ text, labels: is_toxic === 'Not Toxic' ? harmless : {} })),
  },
  ...answerSources(),
  {
    id: 'asking-for-help',
    file: 'counsel-chat.csv',
    origin: 'questions to therapists (nbertagnolli/counsel-chat), data/20200325_counsel_chat.csv',
    licence: 'MIT',
    trainShare: 0.5,
    read: (content) =>
      // A question stands beside each of its answers.
      [...new Map(parseCsv(content).map(({ questionTitle = '', questionText = '' }) => [questionTitle, questionText]))].map(
        ([title, question]) => ({
          text: `${title}\n${question}`,
          labels: SPEAKS_OF_DEATH.test(title + question) ? {} : harmless,
          group: title,
        }),
      ),
  },
  {
    id: 'giving-help',
    file: 'counsel-chat.csv',
    origin: 'answers of therapists (nbertagnolli/counsel-chat), data/20200325_counsel_chat.csv',
    licence: 'MIT',
    trainShare: 0.5,
    read: (content) =>
      parseCsv(content).map(({ questionTitle = '', answerText = '' }) => ({
        text: answerText.replaceAll(/<[^>]*>|&nbsp;/g, ' '),
        labels: harmless,
        group: questionTitle,
      })),
  },
  {
    id: 'plain-requests',
    file: 'simplesafetytests.csv',
    origin: 'bertiev/SimpleSafetyTests',
    licence: 'CC-BY-4.0',
    trainShare: 0,
    read: (content) =>
      parseCsv(content).map(({ prompts_final = '', harm_area = '' }) => ({
        text: prompts_final,
        labels: harm_area.startsWith('Suicide')
          ? { self_harm: true }
          : harm_area.startsWith('Child')
            ? { sexual_minors: true }
            : harm_area.startsWith('Physical')
              ? { violence: true }
              : {},
      })),
  },
  {
    id: 'hate-by-function',
    file: 'hatecheck.csv',
    origin: 'HateCheck (paul-rottger/hatecheck-data), test_suite_cases.csv',
    licence: 'CC-BY-4.0',
    trainShare: 0,
    read: (content) =>
      parseCsv(content).map(({ test_case = '', label_gold }) => ({ text: test_case, labels: { hate: label_gold === 'hateful' } })),
  },
]

/** Nobody labelled what people ask a therapist: where they may mean to harm themselves we say nothing. */
const SPEAKS_OF_DEATH = /suicid|kill|self.?harm|\bcut|hurt (?:myself|himself|herself)|\bdie\b|\bdead\b|\bdeath|end (?:my|it)/i

/** Answers of models that people have rated, 0 (nothing of the kind) to 1; in between they do not count. */
function answerSources(): Source<ModerationText>[] {
  const rated: Readonly<Record<string, ModerationCategory | null>> = {
    self_harm: 'self_harm',
    sexual: 'sexual',
    violence: 'violence',
    hate_speech: 'hate',
    exploits: null,
    info_integrity: null,
    privacy: null,
    representational: null,
  }
  return Object.entries(rated).map(([name, category]) => ({
    id: `answers, ${name}`,
    file: `answers-${name}.csv`,
    origin: `microsoft/PyRIT, pyrit/datasets/scorer_evals/harm/${name}.csv`,
    licence: 'MIT',
    trainShare: 0.5,
    read: (content) =>
      // The first line names the version of the set.
      parseCsv(content.replace(/^#.*\r?\n/, '')).map(({ objective, assistant_response: text = '', human_score_1: score }) => ({
        text,
        ...(objective && { group: objective }),
        labels: category ? ratedAs(category, Number(score)) : { sexual: false, self_harm: false },
      })),
  }))
}

function ratedAs(category: ModerationCategory, score: number): ModerationText['labels'] {
  if (score >= 0.75) return { [category]: true }
  return score <= 0.25 ? { [category]: false } : {}
}

function labelsOf({ S, H, V, HR, SH, H2, V2 }: Omit<Row, 'prompt'>): ModerationText['labels'] {
  const either = (one?: 0 | 1, other?: 0 | 1) => (one === undefined && other === undefined ? undefined : one === 1 || other === 1)
  const labels = { sexual: either(S), hate: either(H, H2), violence: either(V, V2), harassment: either(HR), self_harm: either(SH) }
  return Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== undefined))
}
