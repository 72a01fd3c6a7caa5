import { type ModerationCategory, moderationCategories } from '../../src/safety/moderation/categories.ts'
import { parseCsv } from './csv.ts'
import { jsonLines, type Source } from './samples.ts'

export interface ModerationText {
  text: string
  /** What people said of the text; categories nobody looked at are missing. */
  labels: Partial<Record<ModerationCategory, boolean>>
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

function labelsOf({ S, H, V, HR, SH, H2, V2 }: Omit<Row, 'prompt'>): ModerationText['labels'] {
  const either = (one?: 0 | 1, other?: 0 | 1) => (one === undefined && other === undefined ? undefined : one === 1 || other === 1)
  const labels = { sexual: either(S), hate: either(H, H2), violence: either(V, V2), harassment: either(HR), self_harm: either(SH) }
  return Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== undefined))
}
