import type { DocumentPage } from './documents.ts'
import { cosine, type Embedder } from './embedder.ts'
import { plain, type Section } from './markdown.ts'
import { cachedVectors } from './vector-cache.ts'
import { contentWords } from './words.ts'

/** A section of a page and how well it fits a question. */
export interface Hit {
  page: DocumentPage
  section: Section
  /** 0 to 1: meaning (cosine of embeddings) and words (share of the question's rare words found). */
  score: number
  /** The same for the section's own text, without the page's listed questions. */
  ownScore: number
}

/** Finds the sections of the documentation that fit a question. */
export interface SearchIndex {
  pages: DocumentPage[]
  /** Best first, all sections. */
  search(question: string): Promise<Hit[]>
}

/** A section's text or one of a page's listed questions, as the model and as words. */
interface Entry {
  vector: Float32Array
  words: Set<string>
}

const MEANING_WEIGHT = 0.6
const WORDS_WEIGHT = 0.4
const WORDLESS_WEIGHT = 0.8
/** How much the page's fit counts against the section's own; the page's fit is that of its closest listed question. */
const PAGE_WEIGHT = 0.75
/** What the model sees of a section; it reads about 128 words, and the beginning says what it is about. */
const EMBEDDED_CHARACTERS = 400
/** The guide's own pages are written for this: they win over equally good passages of other documents. */
const GUIDE_FACTOR = 1.08
const KEPT_QUESTIONS = 500

/** Embeds every section and every listed question; vectors that are in the cache folder are not computed again. */
export async function buildSearchIndex(pages: DocumentPage[], embedder: Embedder, cacheDirectory?: string): Promise<SearchIndex> {
  const sections = pages.flatMap((page) => page.sections.map((section) => ({ page, section })))
  const questions = pages.flatMap((page) => page.questions.map((question) => ({ page, question })))
  const texts = [...sections.map(({ section }) => embeddedText(section)), ...questions.map(({ question }) => question)]
  const vectors = await cachedVectors(texts, embedder, cacheDirectory)
  const entry = (index: number, text: string): Entry => ({
    vector: vectors[index] ?? new Float32Array(),
    words: new Set(contentWords(text)),
  })
  const sectionEntries = sections.map(({ section }, index) => entry(index, wholeText(section)))
  const questionEntries = questions.map(({ question }, index) => entry(sections.length + index, question))
  const rarity = rarityOf([...sectionEntries, ...questionEntries])
  const vectorOf = rememberingVectors(embedder)

  return {
    pages,
    async search(question) {
      const asked: Entry = { vector: await vectorOf(question), words: new Set(contentWords(question)) }
      const pageFit = new Map<DocumentPage, number>()
      for (const [index, { page }] of questions.entries())
        pageFit.set(page, Math.max(pageFit.get(page) ?? 0, fit(asked, questionEntries[index], rarity)))
      const hits = sections.map(({ page, section }, index): Hit => {
        const own = fit(asked, sectionEntries[index], rarity)
        const listed = pageFit.get(page)
        const score = listed === undefined ? own : GUIDE_FACTOR * Math.max(own, PAGE_WEIGHT * listed + (1 - PAGE_WEIGHT) * own)
        return { page, section, ownScore: own, score }
      })
      return hits.sort((left, right) => right.score - left.score)
    },
  }
}

/** Vectors of questions; the last few hundred are kept, since follow-ups and retries ask again. */
function rememberingVectors(embedder: Embedder): (question: string) => Promise<Float32Array> {
  const kept = new Map<string, Promise<Float32Array>>()
  return (question) => {
    const known = kept.get(question)
    if (known) return known
    const vector = embedder.embed([question]).then(([first = new Float32Array()]) => first)
    kept.set(question, vector)
    vector.catch(() => kept.delete(question))
    if (kept.size > KEPT_QUESTIONS) kept.delete(kept.keys().next().value ?? '')
    return vector
  }
}

/** Meaning and words together; a question of nothing but common words is judged by its meaning alone, and with caution. */
function fit(asked: Entry, entry: Entry | undefined, rarity: (word: string) => number): number {
  if (!entry) return 0
  const meaning = cosine(asked.vector, entry.vector)
  if (asked.words.size === 0) return WORDLESS_WEIGHT * meaning
  return MEANING_WEIGHT * meaning + WORDS_WEIGHT * coverage(asked.words, entry.words, rarity)
}

const wholeText = (section: Section): string =>
  `${section.headings.join(' ')} ${section.blocks.map(({ markdown }) => plain(markdown)).join(' ')}`

const embeddedText = ({ headings, blocks }: Section): string =>
  `${headings.join(': ')}. ${blocks
    .filter(({ kind }) => kind !== 'code')
    .map(({ markdown }) => plain(markdown))
    .join(' ')}`.slice(0, EMBEDDED_CHARACTERS)

/** How much finding a word says: the fewer sections have it the more; a word nobody has says most. */
function rarityOf(entries: Entry[]): (word: string) => number {
  const counts = new Map<string, number>()
  for (const { words } of entries) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (word) => Math.log((entries.length + 1) / ((counts.get(word) ?? 0) + 0.5))
}

/** How much of what the question's words say is in the text. */
function coverage(words: Set<string>, present: Set<string>, rarity: (word: string) => number): number {
  let total = 0
  let found = 0
  for (const word of words) {
    total += rarity(word)
    if (present.has(word)) found += rarity(word)
  }
  return total === 0 ? 0 : found / total
}
