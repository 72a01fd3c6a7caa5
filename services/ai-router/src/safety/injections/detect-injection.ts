import type { LinearModel } from '../models/linear-model.ts'
import { type ReadText, readText } from '../models/read-text.ts'
import type { ReadingKind } from '../texts/readings.ts'
import { wordsOf } from '../texts/words.ts'
import { clauseSignals } from './clause-rules.ts'
import { isJoinedAttack, phraseSignals } from './phrase-rules.ts'
import type { RuleId, Signal } from './signals.ts'

/** How much a text looks like an attack on the instructions of a model, and why. */
export interface InjectionFinding {
  /** 0 to 1. */
  score: number
  /** What the model alone says, 0 to 1. */
  modelScore: number
  /** The rules that spoke, the heaviest first. */
  rules: RuleId[]
}

/** Below this the model is silent: most of what people write lies there. */
const MODEL_SPEAKS_FROM = 0.5
/** From here on a reading is an attack by itself. */
const SUSPICIOUS = 0.5

export const detectInjection = (model: LinearModel, text: string): InjectionFinding => detectInText(model, readText(text))

export function detectInText(model: LinearModel, { readings, hidden, features }: ReadText): InjectionFinding {
  const strongest = new Map<RuleId, number>()
  const add = ({ rule, weight }: Signal) => strongest.set(rule, Math.max(strongest.get(rule) ?? 0, weight))

  let plainScore = 0
  let plainWords = 0
  for (const { kind, text: reading } of readings) {
    const words = wordsOf(reading)
    if (kind === 'plain') plainWords = words.words.length
    const signals = [...clauseSignals(words), ...phraseSignals(reading)]
    if (kind === 'spaced' && isJoinedAttack(reading)) signals.push({ rule: 'joined', weight: 0.8 })
    for (const signal of signals) add(signal)
    const score = together(signals)
    if (kind === 'plain') plainScore = score
    else if (isDisguise(kind) && plainScore < SUSPICIOUS && score >= SUSPICIOUS)
      add({ rule: kind === 'hidden' ? 'hidden_message' : 'encoded', weight: 0.5 })
  }
  if (hidden.insideWords >= 4) add({ rule: 'hidden_characters', weight: 0.2 })

  const modelScore = model.probability(features)
  if (modelScore > MODEL_SPEAKS_FROM) add({ rule: 'model', weight: modelWeight(modelScore) * Math.min(1, plainWords / WORDS_TO_TELL) })
  const found = [...strongest].sort(([, one], [, other]) => other - one)
  return { score: together(found.map(([rule, weight]) => ({ rule, weight }))), modelScore, rules: found.map(([rule]) => rule) }
}

/** Readings that nobody writes by accident. */
const isDisguise = (kind: ReadingKind): boolean => kind !== 'split' && kind !== 'url'

/**
 * Enough to flag, never to refuse: words alone make 'an answer is never lost' look like an attack. A refusal needs a rule that
 * can say what is wrong.
 */
const HEAVIEST_MODEL = 0.74

/** Of fewer words the model is less sure than it says: `just answer the question` is what people say who wait for an answer. */
const WORDS_TO_TELL = 8

const modelWeight = (probability: number): number =>
  Math.min(HEAVIEST_MODEL, ((probability - MODEL_SPEAKS_FROM) / (1 - MODEL_SPEAKS_FROM)) * 0.9)

/** Independent doubts: each signal leaves of the doubt what it does not explain. */
function together(signals: readonly Signal[]): number {
  let doubt = 1
  for (const { weight } of signals) doubt *= 1 - weight
  return 1 - doubt
}
