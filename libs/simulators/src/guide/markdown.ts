/** A piece of Markdown that is never torn apart. */
export interface Block {
  kind: 'paragraph' | 'list' | 'code' | 'table' | 'quote'
  markdown: string
}

/** The text under one heading. */
export interface Section {
  /** Headings from the page's title down; one entry for the text right under the title. */
  headings: string[]
  blocks: Block[]
}

/** A page: front matter, then sections in their order. */
export interface Page {
  title: string
  /** Questions this page answers, from its front matter (`questions:` list); empty for ordinary pages. */
  questions: string[]
  /** Place among the topics, from the front matter (`order:`); Infinity for ordinary pages. */
  order: number
  sections: Section[]
}

const HEADING = /^(#{1,6})\s+(.+?)\s*#*$/
const FENCE = /^\s*(`{3,}|~{3,})/

/** Reads a Markdown page into sections of whole blocks. Comments, images and links inside the repository lose their markup. */
export function readPage(markdown: string, fallbackTitle: string): Page {
  const { body, ...about } = frontMatter(markdown.replace(/\r\n/g, '\n'))
  const sections: Section[] = []
  const headings: string[] = []
  let lines: string[] = []
  const close = () => {
    const blocks = readBlocks(lines)
    if (blocks.length > 0) sections.push({ headings: headings.filter(Boolean), blocks })
    lines = []
  }
  let fence = ''
  for (const line of body.split('\n')) {
    const mark = FENCE.exec(line)?.[1]
    if (fence ? mark?.startsWith(fence) : mark) fence = fence ? '' : (mark ?? '')
    const heading = fence ? null : HEADING.exec(line)
    if (!heading) {
      lines.push(line)
      continue
    }
    close()
    const level = heading[1]?.length ?? 1
    headings.length = level - 1
    headings[level - 1] = plain(heading[2] ?? '')
  }
  close()
  return { title: headings[0] ?? sections[0]?.headings[0] ?? fallbackTitle, ...about, sections }
}

function frontMatter(markdown: string): { questions: string[]; order: number; body: string } {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(markdown)
  if (!match) return { questions: [], order: Number.POSITIVE_INFINITY, body: markdown.replace(/<!--[\s\S]*?-->/g, '') }
  const questions = [...(match[1] ?? '').matchAll(/^[ \t]*-[ \t]+(.+)$/gm)].map(([, question]) => (question ?? '').trim())
  const order = Number(/^order:\s*(\d+)/m.exec(match[1] ?? '')?.[1] ?? Number.POSITIVE_INFINITY)
  return { questions, order, body: markdown.slice(match[0].length) }
}

function readBlocks(lines: string[]): Block[] {
  const blocks: Block[] = []
  let current: string[] = []
  const close = () => {
    const markdown = current.join('\n').trim()
    if (markdown && !/^(!\[|<)/.test(markdown)) blocks.push({ kind: kindOf(markdown), markdown: inline(markdown) })
    current = []
  }
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const fence = FENCE.exec(line)?.[1]
    if (fence) {
      close()
      const start = index
      do index += 1
      while (index < lines.length && !lines[index]?.trim().startsWith(fence))
      blocks.push({ kind: 'code', markdown: lines.slice(start, index + 1).join('\n') })
    } else if (line.trim() === '' && !continuesList(current, lines[index + 1])) close()
    else current.push(line)
  }
  close()
  return blocks
}

/** A blank line inside a list does not end it when the next line is indented or another item. */
const continuesList = (current: string[], next = ''): boolean =>
  current.length > 0 && kindOf(current.join('\n').trim()) === 'list' && /^(\s{2,}\S|[-*]\s|\d+\.\s)/.test(next)

function kindOf(markdown: string): Block['kind'] {
  if (/^([-*]|\d+\.)\s/.test(markdown)) return 'list'
  if (markdown.startsWith('|')) return 'table'
  return markdown.startsWith('>') ? 'quote' : 'paragraph'
}

/** Links into the repository lead nowhere in a chat: their text stays. Links to the web stay links. */
const inline = (markdown: string): string =>
  markdown.replace(/!\[[^\]]*\]\([^)]*\)/g, '').replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1')

/** Markdown as bare words, for headings, embeddings and the lexical index. */
export const plain = (markdown: string): string =>
  markdown
    .replace(/^\s*(`{3,}|~{3,}).*$/gm, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*_>#|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
