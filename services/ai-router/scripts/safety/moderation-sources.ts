import type { ModerationCategory } from '../../src/safety/moderation/categories.ts'
import { jsonLines, type Source } from './samples.ts'

export interface ModerationText {
  text: string
  /** What people said of the text; categories nobody looked at are missing. */
  labels: Partial<Record<ModerationCategory, boolean>>
}

type Row = { prompt: string } & Partial<Record<'S' | 'H' | 'V' | 'HR' | 'SH' | 'H2' | 'V2', 0 | 1>>

export const moderationSource: Source<ModerationText> = {
  id: 'moderation-texts',
  file: 'moderation.jsonl',
  origin: 'openai/moderation-api-release',
  licence: 'MIT',
  trainShare: 0.5,
  read: (content) => jsonLines<Row>(content).map(({ prompt, ...row }) => ({ text: prompt, labels: labelsOf(row) })),
}

function labelsOf({ S, H, V, HR, SH, H2, V2 }: Omit<Row, 'prompt'>): ModerationText['labels'] {
  const either = (one?: 0 | 1, other?: 0 | 1) => (one === undefined && other === undefined ? undefined : one === 1 || other === 1)
  const labels = { sexual: either(S), hate: either(H, H2), violence: either(V, V2), harassment: either(HR), self_harm: either(SH) }
  return Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== undefined))
}
