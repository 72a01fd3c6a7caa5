import { seededText } from '@parley/simulators'
import type { Random } from '../random.ts'

/** A question, and the answer the scripted vendors give to it. */
export interface Script {
  prompt: string
  /** Character by character what the reader is to see. */
  expected: string
}

/** How long and how fast answers are. */
export interface StreamShape {
  tokens: readonly [from: number, to: number]
  tokensPerSecond: readonly [from: number, to: number]
}

export const defaultShape: StreamShape = { tokens: [60, 180], tokensPerSecond: [20, 40] }

/**
 * A question that was not asked before. The vendors write it from its seed, the same whichever of them is asked, and go on
 * exactly where an answer broke off, so the whole text is known beforehand.
 *
 * @param number makes it unique in the run
 * @param orders further words of the scripted vendors' directive, for example a fault
 * @param opening what the question begins with
 */
export function writeScript(
  number: number,
  random: Random,
  { tokens, tokensPerSecond }: StreamShape,
  { orders = '', opening = 'Question' }: { orders?: string; opening?: string } = {},
): Script {
  const length = random.between(...tokens)
  const directive = [`tokens=${length}`, `seed=${number}`, `tps=${random.between(...tokensPerSecond)}`, orders].filter(Boolean).join(' ')
  return { prompt: `${opening} ${number} [[${directive}]]`, expected: seededText(length, number) }
}
