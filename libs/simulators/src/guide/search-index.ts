import { cosine, type Embedder } from '@parley/embeddings'
import type { DocumentPage } from './documents.ts'
import { plain, type Section } from './markdown.ts'
import { cachedVectors } from './vector-cache.ts'
import { overlap, rarityOf } from './word-overlap.ts'
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
  /** Resolves when meanings are known and the model is loaded; until then `search` waits a moment and then goes by words alone. */
  ready(): Promise<void>
}

/** A text as words and, when it is known, as meaning. */
interface Entry {
  words: Set<string>
  vector?: Float32Array
}

const MEANING_WEIGHT = 0.6
const WORDS_WEIGHT = 0.4
const WORDLESS_WEIGHT = 0.8
const WORDS_ALONE_WEIGHT = 0.8
/** How much the page's fit counts against the section's own; the page's fit is that of its closest listed question. */
const PAGE_WEIGHT = 0.75
/** The guide's own pages are written for this: they win over equally good passages of other documents. */
const GUIDE_FACTOR = 1.08
/** What the model sees of a section: the beginning says what it is about, and the time a vector takes grows faster than the text. */
const EMBEDDED_CHARACTERS = 200
/**
 * Longest a question waits for the vectors of all texts, which take some seconds at the very first start. Together with the pace
 * less than the ai-router's patience with a first token: beyond that it would tell people that this model is unavailable.
 */
const VECTORS_WAIT_MS = 1_000
const KEPT_QUESTIONS = 500

/** Vectors that are in the cache folder are not computed again. */
export function createSearchIndex(pages: DocumentPage[], embedder: Embedder, cacheDirectory?: string): SearchIndex {
  const sections = pages.flatMap((page) => page.sections.map((section) => ({ page, section })))
  const questions = pages.flatMap((page) => page.questions.map((question) => ({ page, question })))
  const texts = [...sections.map(({ section }) => embeddedText(section)), ...questions.map(({ question }) => question)]
  const wordsOf = [...sections.map(({ section }) => wholeText(section)), ...questions.map(({ question }) => question)].map(
    (text) => new Set(contentWords(text)),
  )
  const rarity = rarityOf(wordsOf)
  const vectorOf = rememberingVectors(embedder)
  let computing: Promise<Float32Array[]> | undefined

  const allVectors = (): Promise<Float32Array[]> => {
    computing ??= cachedVectors(texts, embedder, cacheDirectory).catch((error: unknown) => {
      computing = undefined
      throw error
    })
    return computing
  }

  /** Meaning and words together; a question of nothing but common words is judged by its meaning alone, and with caution. */
  const fit = (asked: Entry, text: Entry): number => {
    const shared = overlap(asked.words, text.words, rarity)
    if (!asked.vector || !text.vector) return WORDS_ALONE_WEIGHT * shared
    const meaning = cosine(asked.vector, text.vector)
    return asked.words.size === 0 ? WORDLESS_WEIGHT * meaning : MEANING_WEIGHT * meaning + WORDS_WEIGHT * shared
  }

  return {
    pages,
    ready: async () => {
      await allVectors()
      // Vectors that were kept need no model, but the first question does.
      await embedder.embed(['Where do I begin?'])
    },
    async search(question) {
      const vectors = await within(VECTORS_WAIT_MS, allVectors())
      // A model that has ended meanwhile leaves the words.
      const vector = vectors && (await vectorOf(question).catch(() => undefined))
      const asked: Entry = { words: new Set(contentWords(question)), vector }
      const fits = wordsOf.map((words, index) => fit(asked, { words, vector: vectors?.[index] }))
      const pageFit = new Map<DocumentPage, number>()
      for (const [index, { page }] of questions.entries())
        pageFit.set(page, Math.max(pageFit.get(page) ?? 0, fits[sections.length + index] ?? 0))
      const hits = sections.map(({ page, section }, index): Hit => {
        const own = fits[index] ?? 0
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

/** The result if it is there in time; undefined when it is late or there is none. */
async function within<T>(waitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, waitMs, undefined)
  })
  return Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer))
}

const wholeText = (section: Section): string =>
  `${section.headings.join(' ')} ${section.blocks.map(({ markdown }) => plain(markdown)).join(' ')}`

const embeddedText = ({ headings, blocks }: Section): string =>
  `${headings.join(': ')}. ${blocks
    .filter(({ kind }) => kind !== 'code')
    .map(({ markdown }) => plain(markdown))
    .join(' ')}`.slice(0, EMBEDDED_CHARACTERS)
