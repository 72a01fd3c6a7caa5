import { classesOf, wordClasses as is } from '../texts/vocabulary.ts'
import type { Words } from '../texts/words.ts'
import type { Signal } from './signals.ts'

/** Words behind a verb that belong to it, at most. */
const REACH = 8
/** Words before a verb that say whether it is an order. */
const LOOK_BACK = 4
/** What an order counts that is only spoken about. */
const NOT_AN_ORDER = 0.3

/**
 * Rules over the classes of neighbouring words: an order to leave earlier orders, to make them known, or to play somebody
 * whom nothing binds. One pass, each word looks at a bounded number of neighbours.
 */
export function clauseSignals(text: Words): Signal[] {
  const signals: Signal[] = []
  const classes = text.words.map(classesOf)
  for (let index = 0; index < classes.length; index += 1) {
    const here = classes[index] ?? 0
    if (here & is.override) overrides(text, classes, index, signals)
    if (here & is.drop) drops(text, classes, index, signals)
    if (here & is.reveal) extractions(text, classes, index, signals)
    if (here & is.fresh) newOrders(text, classes, index, signals)
    if (here & (is.pose | is.you)) roles(text, classes, index, signals)
    if (here & is.without) bounds(classes, index, signals)
  }
  return signals
}

function overrides(text: Words, classes: number[], index: number, signals: Signal[]): void {
  const seen = ahead(text, classes, index)
  const factor = isOrder(text, classes, index) ? 1 : NOT_AN_ORDER
  const isBefore = (seen & is.prior) !== 0
  if (seen & is.orders && isBefore) signals.push({ rule: 'override', weight: 0.92 * factor })
  else if (seen & is.instructions && seen & (is.your | is.all | is.first | is.inner))
    signals.push({ rule: 'override', weight: 0.8 * factor })
  else if (seen & is.orders && seen & is.your) signals.push({ rule: 'override', weight: 0.65 * factor })
  else if (isBefore && (classes[index + 1] ?? 0) & is.all) signals.push({ rule: 'override', weight: 0.7 * factor })
  else if (isAllThereIs(text, classes, index)) signals.push({ rule: 'override', weight: 0.6 * factor })
  else if (seen & is.all && seen & is.your && seen & is.sayings) signals.push({ rule: 'override', weight: 0.55 * factor })
  else if (isBefore && seen & is.sayings) signals.push({ rule: 'override_weak', weight: 0.5 * factor })
  else if (seen & is.all && seen & is.orders) signals.push({ rule: 'override_weak', weight: 0.4 * factor })
  else if (seen & is.all && seen & is.you) signals.push({ rule: 'override_weak', weight: 0.4 * factor })
  else if (seen & is.bounds && seen & (is.your | is.model)) signals.push({ rule: 'override_weak', weight: 0.4 * factor })
  else if (seen & is.instructions) signals.push({ rule: 'override_weak', weight: 0.35 * factor })
  else if (isVerbLast(text, classes, index)) signals.push({ rule: 'override', weight: 0.7 })
}

/** `Forget everything, ...`: the clause ends there, or goes on with another order. */
function isAllThereIs({ words, clauseStarts }: Words, classes: number[], index: number): boolean {
  const at = words[index + 1] === 'about' ? index + 2 : index + 1
  if (!((classes[at] ?? 0) & is.all)) return false
  return at + 1 < words.length && (clauseStarts.has(at + 1) || isJoining(words[at + 1]))
}

/** German, Turkish and others set the verb behind: what is to be ignored stands before it. */
function isVerbLast({ words, clauseStarts }: Words, classes: number[], index: number): boolean {
  if (!/(?:en|unut|unutun|yoksay|gormezden)$/.test(words[index] ?? '')) return false
  let seen = 0
  for (let at = index - 1; at >= 0 && at >= index - 5; at -= 1) {
    seen |= classes[at] ?? 0
    if (clauseStarts.has(at)) break
  }
  return (seen & is.prior) !== 0 && (seen & (is.orders | is.sayings)) !== 0
}

function drops(text: Words, classes: number[], index: number, signals: Signal[]): void {
  const seen = ahead(text, classes, index)
  if (!(seen & is.instructions) || !(seen & (is.prior | is.your)) || !isOrder(text, classes, index)) return
  signals.push({ rule: 'override', weight: 0.6 })
}

function extractions(text: Words, classes: number[], index: number, signals: Signal[]): void {
  const seen = ahead(text, classes, index)
  const factor = isOrder(text, classes, index) ? 1 : NOT_AN_ORDER
  const isYours = (seen & is.your) !== 0
  if (seen & is.instructions && isYours && seen & (is.inner | is.prior | is.all | is.first))
    signals.push({ rule: 'extraction', weight: 0.8 * factor })
  else if (seen & is.orders && isYours && seen & is.inner) signals.push({ rule: 'extraction', weight: 0.7 * factor })
  else if (nearOf(classes, index, is.instructions, is.your)) signals.push({ rule: 'extraction', weight: 0.55 * factor })
  else if (nearOf(classes, index, is.instructions, is.prior)) signals.push({ rule: 'extraction', weight: 0.55 * factor })
  else if (seen & is.prior && seen & (is.sayings | is.all | is.orders)) signals.push({ rule: 'extraction_question', weight: 0.3 * factor })
  if (seen & is.secret && isYours) signals.push({ rule: 'secret_demand', weight: 0.35 * factor })
}

/** Whether both classes are among the next five words, the one right behind the other or a word apart. */
function nearOf(classes: number[], index: number, what: number, whose: number): boolean {
  for (let at = index + 1; at <= index + 5; at += 1) {
    if (!((classes[at] ?? 0) & what)) continue
    for (let other = Math.max(index + 1, at - 2); other <= at + 1; other += 1)
      if (other !== at && (classes[other] ?? 0) & whose) return true
  }
  return false
}

const NAMES_ORDERS = /^(?:instruct|instruk|instruc|istruz|anweis|orders?$|directive|rules?$|instruções)/

function newOrders({ words, clauseStarts }: Words, classes: number[], index: number, signals: Signal[]): void {
  const word = words[index + 1] ?? ''
  if (!NAMES_ORDERS.test(word)) return
  const isYours = ((classes[index - 1] ?? 0) & is.your) !== 0
  const follows = /^(?:follow|folgen|are|is|below|sind)/.test(words[index + 2] ?? '') || /^(?:folgen|follow)/.test(words[index - 1] ?? '')
  if (isYours || follows) signals.push({ rule: 'new_orders', weight: 0.5 })
  else if (clauseStarts.has(index + 2) && clauseStarts.has(index)) signals.push({ rule: 'new_orders', weight: 0.45 })
}

function roles(text: Words, classes: number[], index: number, signals: Signal[]): void {
  let seen = 0
  const end = Math.min(classes.length, index + 14)
  for (let at = index + 1; at < end; at += 1) seen |= classes[at] ?? 0
  if (seen & is.unbound && seen & is.model && isOrder(text, classes, index)) signals.push({ rule: 'unbound_role', weight: 0.5 })
}

function bounds(classes: number[], index: number, signals: Signal[]): void {
  let count = 0
  const end = Math.min(classes.length, index + 7)
  for (let at = index + 1; at < end; at += 1) if ((classes[at] ?? 0) & is.bounds) count += 1
  if (count >= 2) signals.push({ rule: 'no_bounds', weight: 0.3 })
}

/** Classes of the words behind `index` that belong to it. */
function ahead({ clauseStarts, words }: Words, classes: number[], index: number): number {
  let seen = 0
  const end = Math.min(classes.length, index + 1 + REACH)
  for (let at = index + 1; at < end; at += 1) {
    // A comma or a quotation mark may part a clause; two words in, what was begun still counts.
    if (clauseStarts.has(at) && at > index + 2 && !isJoining(words[at])) break
    seen |= classes[at] ?? 0
  }
  return seen
}

const isJoining = (word: string | undefined): boolean => word === 'and' || word === 'or' || word === 'und' || word === 'y' || word === 'et'

/** False where somebody tells, asks or forbids: the nearest word that says so decides. */
function isOrder({ clauseStarts, quoteStarts }: Words, classes: number[], index: number): boolean {
  if (quoteStarts.has(index)) return !isSpokenAbout(classes, index)
  for (let at = index; at > index - LOOK_BACK && at >= 0; at -= 1) {
    if (at < index) {
      const there = classes[at] ?? 0
      if (there & is.you) return true
      if (there & is.notAnOrder) return false
    }
    if (clauseStarts.has(at)) return true
  }
  return true
}

/** What stands in quotation marks behind `explain the attack ...` is an example. */
function isSpokenAbout(classes: number[], index: number): boolean {
  for (let at = index - 1; at >= 0 && at >= index - 12; at -= 1) if ((classes[at] ?? 0) & is.discussion) return true
  return false
}
