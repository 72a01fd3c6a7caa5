import { createEmbedder } from '@parley/embeddings'
import type { Logger } from 'pino'
import type { Answer, AnswerRequest, AnswerSource } from '../providers/answer-source.ts'
import { isBackgroundTask, withoutOpening, workOn } from '../providers/background-task.ts'
import {
  answerWith,
  capabilities,
  farewell,
  greeting,
  nothingFound,
  nothingMore,
  RELEVANT_SCORE,
  RELEVANT_TASK_SCORE,
  sourceOf,
  thanks,
} from './compose-answer.ts'
import { readDocuments } from './documents.ts'
import { createSearchIndex, type Hit, type SearchIndex } from './search-index.ts'
import { asksForWork, isFollowUp, smallTalkOf, withoutGreeting } from './small-talk.ts'
import { contentWords } from './words.ts'

export interface OfflineGuideOptions {
  /** The repository's root: README.md, docs/, the READMEs of services and libs, and the guide's own pages are read under it. */
  docsDirectory: string
  /** Where the vectors are kept between runs; without it they are computed at every start (some seconds). */
  cacheDirectory?: string
  logger?: Logger
}

/** People pause for minutes between questions, and on a busy machine loading the model takes longer than the ai-router waits. */
const IDLE_MS = 30 * 60_000

/** An answer source made of Parley's own documentation. */
export type OfflineGuide = AnswerSource & {
  /** Builds the index and loads the model now instead of at the first question. */
  prepare(): Promise<void>
  close(): Promise<void>
}

/**
 * Answers with the passages of the documentation that fit the question best, found by sentence embeddings and by words, and
 * says in every answer that it is no language model. The same conversation over the same documentation gives the same answer,
 * so a prefill is continued exactly.
 */
export function offlineGuide({ docsDirectory, cacheDirectory, logger }: OfflineGuideOptions): OfflineGuide {
  const embedder = createEmbedder({ idleMs: IDLE_MS })
  let reading: Promise<SearchIndex> | undefined

  const index = (): Promise<SearchIndex> => {
    reading ??= readDocuments(docsDirectory).then(
      (pages) => createSearchIndex(pages, embedder, cacheDirectory),
      (error: unknown) => {
        reading = undefined
        throw error
      },
    )
    return reading
  }

  const answer = async ({ messages, prefill, task }: AnswerRequest): Promise<Answer> => {
    if (isBackgroundTask(task)) return { text: continueAfter(prefill, workOn(task, messages.at(-1)?.text ?? '')) }
    const full = await answerConversation(await index(), messages)
    return { text: continueAfter(prefill, full) }
  }
  return Object.assign(answer, {
    prepare: async () => {
      const startedAt = performance.now()
      const { pages, ready } = await index()
      await ready()
      logger?.info({ pages: pages.length, durationMs: Math.round(performance.now() - startedAt) }, 'offline guide is ready')
    },
    close: () => embedder.close(),
  })
}

async function answerConversation(index: SearchIndex, messages: AnswerRequest['messages']): Promise<string> {
  const asked = messages.filter(({ role }) => role === 'user').map(({ text }) => withoutGreeting(withoutOpening(text)).trim())
  const question = asked.at(-1) ?? ''
  switch (smallTalkOf(question)) {
    case 'greeting':
      return greeting(index.pages)
    case 'thanks':
      return thanks()
    case 'farewell':
      return farewell()
    case 'capabilities':
      return capabilities(index.pages)
    case 'more': {
      const topic = asked.slice(0, -1).findLast((text) => smallTalkOf(text) === undefined)
      return topic === undefined ? capabilities(index.pages) : moreAbout(index, topic, messages)
    }
    case undefined:
      return answerQuestion(index, question, asked.slice(0, -1), messages)
  }
}

async function answerQuestion(
  index: SearchIndex,
  question: string,
  before: string[],
  messages: AnswerRequest['messages'],
): Promise<string> {
  const hits = await index.search(question)
  const previous = before.findLast((text) => smallTalkOf(text) === undefined)
  if (previous !== undefined && isFollowUp(question)) {
    if (contentWords(question).length === 0) return moreAbout(index, previous, messages)
    const together = blend(await index.search(`${previous} ${question}`), hits, shownIn(messages))
    if (isRelevant(together)) return answerWith(together, question)
  }
  const least = asksForWork(question) ? RELEVANT_TASK_SCORE : RELEVANT_SCORE
  return isRelevant(hits, least) ? answerWith(hits, question) : nothingFound(question, hits)
}

/** What fits the topic next, without what the conversation has shown already. */
async function moreAbout(index: SearchIndex, topic: string, messages: AnswerRequest['messages']): Promise<string> {
  const shown = shownIn(messages)
  const all = await index.search(topic)
  const least = STILL_ABOUT_IT * (all[0]?.score ?? 0)
  const hits = all.filter((hit) => !shown(hit) && hit.score >= least)
  return isRelevant(hits) ? answerWith(hits, topic) : nothingMore()
}

/** Was this section shown earlier in the conversation? Every answer lists its sources. */
function shownIn(messages: AnswerRequest['messages']): (hit: Hit) => boolean {
  const lines = new Set(messages.filter(({ role }) => role === 'assistant').flatMap(({ text }) => text.split('\n')))
  return ({ page, section }) => lines.has(`- ${sourceOf(page, section)}`)
}

/** What is worth showing on `more`, as a share of the topic's best passage. */
const STILL_ABOUT_IT = 0.7
const NEW_WORDS_WEIGHT = 0.3
const SHOWN_FACTOR = 0.92

/** A follow-up is about the previous topic seen from the new words, and rather about what was not shown yet. */
function blend(together: Hit[], alone: Hit[], shown: (hit: Hit) => boolean): Hit[] {
  const own = new Map(alone.map((hit) => [hit.section, hit]))
  const mix = (topic: number, fresh = 0) => (1 - NEW_WORDS_WEIGHT) * topic + NEW_WORDS_WEIGHT * fresh
  return together
    .map((hit) => {
      const factor = shown(hit) ? SHOWN_FACTOR : 1
      const fresh = own.get(hit.section)
      return { ...hit, score: factor * mix(hit.score, fresh?.score), ownScore: factor * mix(hit.ownScore, fresh?.ownScore) }
    })
    .sort((left, right) => right.score - left.score)
}

const isRelevant = ([best]: Hit[], least = RELEVANT_SCORE): boolean => best !== undefined && best.score >= least

const TAIL_CHARACTERS = 60

/**
 * What follows a prefill. Normally it is a part of this very answer; text that another model began is continued after its last
 * words when they occur here, and with a paragraph of its own when not.
 */
export function continueAfter(prefill: string, full: string): string {
  if (full.startsWith(prefill)) return full.slice(prefill.length)
  const tail = prefill.slice(-TAIL_CHARACTERS)
  const at = tail.length === TAIL_CHARACTERS ? full.indexOf(tail) : -1
  return at >= 0 ? full.slice(at + tail.length) : `\n\n${full}`
}
