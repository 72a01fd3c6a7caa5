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
}

/** Finds the sections of the documentation that fit a question. */
export interface SearchIndex {
  pages: DocumentPage[]
  /** Best first, all sections. */
  search(question: string): Promise<Hit[]>
}

interface Entry {
  page: DocumentPage
  section: Section
  vector: Float32Array
  words: Set<string>
}

const MEANING_WEIGHT = 0.6
const WORDS_WEIGHT = 0.4
/** How much a question listed by the page counts against the section's own text. */
const LISTED_QUESTION_WEIGHT = 0.8
/** What the model sees of a section; it reads about 128 words, and the beginning says what it is about. */
const EMBEDDED_CHARACTERS = 400
const KEPT_QUESTIONS = 500

export async function buildSearchIndex(pages: DocumentPage[], embedder: Embedder, cacheDirectory?: string): Promise<SearchIndex> {
  const sections = pages.flatMap((page) => page.sections.map((section) => ({ page, section })))
  const questions = pages.flatMap((page) => page.questions.map((question) => ({ page, question })))
  const texts = [...sections.map(({ section }) => embeddedText(section)), ...questions.map(({ question }) => question)]
  const vectors = await cachedVectors(texts, embedder, cacheDirectory)
  const entries: Entry[] = sections.map(({ page, section }, index) => ({
    page,
    section,
    vector: vectors[index] ?? new Float32Array(),
    words: new Set(contentWords(`${wholeText(section)} ${page.questions.join(' ')}`)),
  }))
  const listed = new Map<DocumentPage, Float32Array[]>(pages.map((page) => [page, []]))
  for (const [index, { page }] of questions.entries()) listed.get(page)?.push(vectors[sections.length + index] ?? new Float32Array())
  const rarity = rarityOf(entries)
  const asked = new Map<string, Promise<Float32Array>>()

  const vectorOf = (question: string): Promise<Float32Array> => {
    const known = asked.get(question)
    if (known) return known
    const vector = embedder.embed([question]).then(([first = new Float32Array()]) => first)
    asked.set(question, vector)
    vector.catch(() => asked.delete(question))
    if (asked.size > KEPT_QUESTIONS) asked.delete(asked.keys().next().value ?? '')
    return vector
  }

  return {
    pages,
    async search(question) {
      const vector = await vectorOf(question)
      const words = [...new Set(contentWords(question))]
      const fit = new Map([...listed].map(([page, alternatives]) => [page, Math.max(0, ...alternatives.map((other) => cosine(vector, other)))]))
      const hits = entries.map(({ page, section, vector: own, words: present }): Hit => {
        const ownFit = cosine(vector, own)
        const pageFit = fit.get(page) ?? 0
        const meaning = Math.max(ownFit, LISTED_QUESTION_WEIGHT * pageFit + (1 - LISTED_QUESTION_WEIGHT) * ownFit)
        return { page, section, score: MEANING_WEIGHT * meaning + WORDS_WEIGHT * coverage(words, present, rarity) }
      })
      return hits.sort((left, right) => right.score - left.score)
    },
  }
}

const wholeText = (section: Section): string => `${section.headings.join(' ')} ${section.blocks.map(({ markdown }) => plain(markdown)).join(' ')}`

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

function coverage(words: string[], present: Set<string>, rarity: (word: string) => number): number {
  let total = 0
  let found = 0
  for (const word of words) {
    total += rarity(word)
    if (present.has(word)) found += rarity(word)
  }
  return total === 0 ? 0 : found / total
}
