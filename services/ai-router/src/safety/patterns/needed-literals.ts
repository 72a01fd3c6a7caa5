import { GRAM } from './grams.ts'

/**
 * What a pattern cannot match without: one of these literals is in every text it matches. Null where none can be told.
 *
 * Reads the part of the syntax that rules use (alternatives, groups, classes, quantifiers, look-arounds, escapes) and throws
 * on what it does not know. Patterns that ignore case are not for it.
 */
export function neededLiterals(pattern: RegExp): readonly string[] | null {
  if (/[^gmu]/.test(pattern.flags)) throw new Error(`flags of ${pattern} change what its letters are`)
  const { alternatives, end } = readAlternatives(pattern.source, 0)
  if (end !== pattern.source.length) throw new Error(`a pattern that cannot be read at ${end}: ${pattern}`)
  return neededOf(alternatives)
}

/** What is known of the texts that a part of a pattern matches. */
interface Part {
  /** All of them, where they are few. */
  exact: readonly string[] | null
  /** One of these is in each of them; null when nothing is known. */
  needed: readonly string[] | null
}

/** More literals than this are not followed any further. */
const MAX_EXACT = 96
const NOTHING: Part = { exact: [''], needed: null }
const ANYTHING: Part = { exact: null, needed: null }

/** So common in any text that looking for them saves nothing. */
const COMMON = new Set(
  'with,must,will,what,this,that,your,you,are,the,end,start,begin,write,tell,give,show,make,build,create,describe,you are,with the,i am'.split(
    ',',
  ),
)

/** Long literals are rarer in texts than short ones, and few are looked for faster than many. */
function worth(literals: readonly string[] | null): number {
  if (!literals) return 0
  const shortest = Math.min(...literals.map((literal) => (COMMON.has(literal.trim()) ? 2 : literal.length)))
  if (shortest < 2) return 0
  return (shortest < GRAM ? shortest : Math.min(shortest, 12) * 100) * 100 - literals.length
}

const better = (one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null =>
  worth(other) > worth(one) ? other : worth(one) > 0 ? one : null

const neededOf = ({ exact, needed }: Part): readonly string[] | null => better(needed, exact)

function readAlternatives(source: string, start: number): { alternatives: Part; end: number } {
  const branches: Part[] = []
  let index = start
  for (;;) {
    const { sequence, end } = readSequence(source, index)
    branches.push(sequence)
    index = end
    if (source[index] !== '|') break
    index += 1
  }
  return { alternatives: either(branches), end: index }
}

function either(branches: readonly Part[]): Part {
  const [only] = branches
  if (only && branches.length === 1) return only
  const exact = branches.every(({ exact: some }) => some !== null) ? [...new Set(branches.flatMap(({ exact: some }) => some ?? []))] : null
  const needed = branches.map(neededOf)
  return {
    exact: exact && exact.length <= MAX_EXACT ? exact : null,
    needed: needed.every((some) => some !== null) ? [...new Set(needed.flatMap((some) => some ?? []))] : null,
  }
}

function readSequence(source: string, start: number): { sequence: Part; end: number } {
  let exact: readonly string[] | null = ['']
  /** What the sequence has matched since the last part that may be anything. */
  let run: readonly string[] = ['']
  let needed: readonly string[] | null = null
  let index = start
  while (index < source.length && source[index] !== '|' && source[index] !== ')') {
    const { part, end } = readQuantified(source, index)
    index = end
    needed = better(needed, part.needed)
    const longer = part.exact && product(run, part.exact)
    if (longer) {
      run = longer
      if (exact) exact = product(exact, part.exact ?? [])
    } else {
      needed = better(needed, run)
      run = part.exact ?? ['']
      exact = null
    }
  }
  return { sequence: { exact, needed: better(needed, run) }, end: index }
}

function product(ones: readonly string[], others: readonly string[]): readonly string[] | null {
  return ones.length * others.length > MAX_EXACT ? null : [...new Set(ones.flatMap((one) => others.map((other) => one + other)))]
}

function readQuantified(source: string, start: number): { part: Part; end: number } {
  const { part, end } = readAtom(source, start)
  const [quantifier = ''] = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(end, end + 12)) ?? []
  if (quantifier === '') return { part, end }
  const after = end + quantifier.length
  if (quantifier.startsWith('?')) return { part: { exact: part.exact && [...new Set(['', ...part.exact])], needed: null }, end: after }
  const isSure = quantifier.startsWith('+') || /^\{[1-9]/.test(quantifier)
  return { part: { exact: null, needed: isSure ? neededOf(part) : null }, end: after }
}

function readAtom(source: string, start: number): { part: Part; end: number } {
  const character = source[start] ?? ''
  if (character === '(') return readGroup(source, start)
  if (character === '[') return readClass(source, start)
  if (character === '.') return { part: ANYTHING, end: start + 1 }
  if (character === '^' || character === '$') return { part: NOTHING, end: start + 1 }
  if (character !== '\\') return { part: { exact: [character], needed: null }, end: start + 1 }
  const escaped = source[start + 1] ?? ''
  const end = start + 2
  if (/[bB]/.test(escaped)) return { part: NOTHING, end }
  if (/[wWsSdD]/.test(escaped)) return { part: ANYTHING, end }
  if (escaped === 'n') return { part: { exact: ['\n'], needed: null }, end }
  if (/[a-zA-Z0-9]/.test(escaped)) throw new Error(`an escape that is not known: \\${escaped}`)
  return { part: { exact: [escaped], needed: null }, end }
}

function readGroup(source: string, start: number): { part: Part; end: number } {
  const [opening = '('] = /^\(\?(?::|<?[=!])/.exec(source.slice(start, start + 4)) ?? []
  const { alternatives, end } = readAlternatives(source, start + opening.length)
  if (source[end] !== ')') throw new Error(`a group that does not end: ${source}`)
  const isLookAround = opening.length > 1 && opening !== '(?:'
  return { part: isLookAround ? NOTHING : alternatives, end: end + 1 }
}

function readClass(source: string, start: number): { part: Part; end: number } {
  let end = start + 1
  while (source[end] !== ']') end += source[end] === '\\' ? 2 : 1
  const inside = source.slice(start + 1, end)
  const isPlain = /^[^\\^-]{1,4}$/.test(inside)
  return { part: isPlain ? { exact: [...inside], needed: null } : ANYTHING, end: end + 1 }
}
