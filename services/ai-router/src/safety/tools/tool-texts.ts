import { createHash } from 'node:crypto'
import { detectInjection, type InjectionFinding } from '../injections/detect-injection.ts'
import type { LinearModel } from '../models/linear-model.ts'

/** Reads what tools gave back. A conversation comes again with every step of a program, so what was read is remembered. */
export interface ToolTexts {
  look(text: string): InjectionFinding
}

/** Texts that are remembered, by their hash. */
const MAX_REMEMBERED = 5_000

export function createToolTexts(model: LinearModel): ToolTexts {
  const known = new Map<string, InjectionFinding>()
  return {
    look(text) {
      const hash = createHash('sha256').update(text).digest('base64')
      let finding = known.get(hash)
      if (!finding) {
        finding = detectInjection(model, text)
        if (known.size >= MAX_REMEMBERED) known.clear()
        known.set(hash, finding)
      }
      return finding
    },
  }
}
