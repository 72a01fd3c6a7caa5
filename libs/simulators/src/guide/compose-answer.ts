import type { DocumentPage } from './documents.ts'
import { type Block, plain, type Section } from './markdown.ts'
import type { Hit } from './search-index.ts'
import { contentWords } from './words.ts'

/** Below this nothing in the documentation is about the question. Tuned with the questions in offline-guide.test.ts. */
export const RELEVANT_SCORE = 0.48
/** The same for what sounds like a task rather than a question. */
export const RELEVANT_TASK_SCORE = 0.65
/** A section is shown beside the best one when its score is at least this share of the best. */
const NEARLY_AS_GOOD = 0.92
/** The same for sections of one page, by their own text. */
const BELONGS_TO_IT = 0.75
const MAIN_SECTIONS = 3
/** The text right under a page's title introduces the rest. */
const INTRODUCTION_FACTOR = 1.25
const BY_LISTED_QUESTION = 1.3
const ANSWER_CHARACTERS = 2200
const SIDE_CHARACTERS = 500
const SUGGESTIONS = 3

const LABEL = "> **Offline guide**, not a language model: these are the passages of Parley's documentation that fit your question best."
const PLAIN_LABEL = "> **Offline guide**, not a language model: I answer with passages from Parley's documentation."

/** The best passages, whole and with their sources. `hits` come best first and the first one is relevant. */
export function answerWith(hits: Hit[], question: string): string {
  const [best] = hits
  if (!best) return nothingFound(question, hits)
  const words = new Set(contentWords(question))
  const main = mainSections(hits, best)
  const side = sideHits(hits, best, main)
  const parts = [LABEL, `## ${best.page.title}`]
  let room = ANSWER_CHARACTERS
  for (const section of main) {
    const blocks = fitting(section.blocks, words, Math.max(room, SIDE_CHARACTERS))
    room -= lengthOf(blocks)
    const heading = section.headings.slice(1).join(' › ')
    if (heading) parts.push(`### ${heading}`)
    parts.push(...blocks.map(({ markdown }) => markdown))
  }
  for (const { page, section } of side) {
    parts.push(`### ${[page.title, ...section.headings.slice(1)].join(' › ')}`)
    parts.push(...fitting(section.blocks, words, SIDE_CHARACTERS).map(({ markdown }) => markdown))
  }
  parts.push('---', sources([...main.map((section) => ({ page: best.page, section })), ...side]))
  const next = suggestions(hits, [best.page, ...side.map(({ page }) => page)], question)
  if (next.length > 0) parts.push(`**You could also ask:** ${next.map((text) => `*${text}*`).join(' · ')}`)
  return parts.join('\n\n')
}

/** The honest reply to what the documentation does not cover. */
export function nothingFound(question: string, hits: Hit[]): string {
  const pages = [...new Set(hits.map(({ page }) => page))].filter(({ questions }) => questions.length > 0).slice(0, SUGGESTIONS)
  return [
    PLAIN_LABEL,
    `I only know Parley's documentation, and found nothing there about **${quoted(question)}**. The nearest topics are:`,
    pages.map(({ title, questions }) => `- **${title}**: *${questions[0]}*`).join('\n'),
    'To talk about anything else, connect a real model: put `OPENAI_API_KEY` or `ANTHROPIC_API_KEY` into `.env` and start Parley again.',
  ].join('\n\n')
}

export function greeting(pages: DocumentPage[]): string {
  const topics = topicsOf(pages)
  return [
    PLAIN_LABEL,
    'Hello! Ask me anything about Parley: how to start and deploy it, how to use your own provider keys, what its limits are, or how it works inside. For example:',
    topics
      .slice(0, 4)
      .map(({ questions }) => `- *${questions[0]}*`)
      .join('\n'),
  ].join('\n\n')
}

export function capabilities(pages: DocumentPage[]): string {
  const topics = topicsOf(pages)
  const others = pages.length - topics.length
  return [
    PLAIN_LABEL,
    '## What I can do',
    'I look up your question in the documentation by its meaning and its words and show you what fits best, with the source. Follow-up questions work too: say *more*, or ask *and how do I change it?*. I cannot write, translate or calculate: for that, connect a real model.',
    '### Topics',
    topics.map(({ title, questions }) => `- **${title}**: *${questions[0]}*`).join('\n'),
    ...(others > 0 ? [`I also know the README files and documents of the repository (${others} more pages).`] : []),
  ].join('\n\n')
}

export const thanks = (): string => `${PLAIN_LABEL}\n\nYou are welcome! Ask whenever you want to know more about Parley.`
export const farewell = (): string => `${PLAIN_LABEL}\n\nGoodbye, and have fun with Parley!`
export const nothingMore = (): string =>
  `${PLAIN_LABEL}\n\nThat was all the documentation says about it. Ask me something else, or say *help* for the topics I know.`

/** The guide's own pages, in their order. */
const topicsOf = (pages: DocumentPage[]): DocumentPage[] =>
  pages.filter(({ questions }) => questions.length > 0).sort((left, right) => left.order - right.order)

/** The line that names a shown section; `more` recognises by it what was shown already. */
export const sourceOf = (page: DocumentPage, section: Section): string =>
  `\`${page.path}\`${section.headings.length > 1 ? ` › ${section.headings.slice(1).join(' › ')}` : ''}`

const sources = (shown: Pick<Hit, 'page' | 'section'>[]): string =>
  `**Sources:**\n\n${shown.map(({ page, section }) => `- ${sourceOf(page, section)}`).join('\n')}`

/** The sections of the best page that say it, in the page's order; the rest waits for `more`. */
function mainSections(hits: Hit[], best: Hit): Section[] {
  const { page } = best
  const introduction = page.sections.find(({ headings }) => headings.length === 1)
  const worth = ({ section, ownScore }: Hit) => (section === introduction ? INTRODUCTION_FACTOR : 1) * ownScore
  const own = hits.filter((hit) => hit.page === page).sort((left, right) => worth(right) - worth(left))
  const least = BELONGS_TO_IT * Math.max(...own.map(worth))
  const chosen: Section[] = []
  let room = ANSWER_CHARACTERS
  // A page that was found by a question it lists, rather than by its text, says first what it is about.
  if (introduction && best.score > BY_LISTED_QUESTION * best.ownScore && own.some(({ section }) => section === introduction)) {
    chosen.push(introduction)
    room -= lengthOf(introduction.blocks)
  }
  for (const hit of own) {
    const { section } = hit
    if (chosen.includes(section)) continue
    const length = lengthOf(section.blocks)
    if (chosen.length === MAIN_SECTIONS || worth(hit) < least || (chosen.length > 0 && length > room)) continue
    chosen.push(section)
    room -= length
  }
  return page.sections.filter((section) => chosen.includes(section))
}

/** Up to two sections of other pages that are nearly as good; none when the main answer fills the room. */
function sideHits(hits: Hit[], best: Hit, main: Section[]): Hit[] {
  if (main.reduce((sum, { blocks }) => sum + lengthOf(blocks), 0) > ANSWER_CHARACTERS - SIDE_CHARACTERS) return []
  const side: Hit[] = []
  for (const hit of hits) {
    if (hit.score < NEARLY_AS_GOOD * best.score || side.length === 2) break
    if (hit.page !== best.page && !side.some(({ page }) => page === hit.page)) side.push(hit)
  }
  return side
}

/** The blocks that fit into the room, those with the question's words first, in their own order; a code block stays with what introduces it. */
function fitting(blocks: Block[], words: Set<string>, room: number): Block[] {
  if (lengthOf(blocks) <= room) return blocks
  const groups: Block[][] = []
  for (const block of blocks) {
    const before = groups.at(-1)
    if (before && (block.kind === 'code' || /:$/.test(before.at(-1)?.markdown ?? ''))) before.push(block)
    else groups.push([block])
  }
  const worth = (group: Block[]) =>
    contentWords(group.map(({ markdown }) => plain(markdown)).join(' ')).filter((word) => words.has(word)).length
  const ranked = groups
    .map((group, index) => ({ group, index, worth: worth(group) }))
    .sort((a, b) => b.worth - a.worth || a.index - b.index)
  const chosen: typeof ranked = []
  let left = room
  for (const candidate of ranked) {
    const length = lengthOf(candidate.group)
    if (chosen.length > 0 && length > left) continue
    chosen.push(candidate)
    left -= length
  }
  return chosen.sort((a, b) => a.index - b.index).flatMap(({ group }) => group)
}

const lengthOf = (blocks: Block[]): number => blocks.reduce((sum, { markdown }) => sum + markdown.length, 0)

/** One question each of the next best pages. */
function suggestions(hits: Hit[], shown: DocumentPage[], question: string): string[] {
  const pages = [...new Set(hits.map(({ page }) => page))].filter((page) => !shown.includes(page) && page.questions.length > 0)
  return pages
    .slice(0, SUGGESTIONS)
    .map(({ questions }) => questions[0] ?? '')
    .filter((text) => text && text.toLowerCase() !== question.toLowerCase())
}

/** The question as it may stand inside a Markdown sentence: one line, no markup of its own. */
function quoted(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim()
  const short = line.length > 80 ? `${line.slice(0, 79)}…` : line
  return short.replace(/[\\`*_[\]<>#|~$&!]/g, '\\$&')
}
