import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Page, readPage } from './markdown.ts'

/** One page of Parley's documentation. */
export interface DocumentPage extends Page {
  /** From the repository's root, with forward slashes: what an answer cites. */
  path: string
}

const GUIDE_DIRECTORY = 'libs/simulators/guide'
/** The documentation, in the order in which equally good pages win. */
const PATTERNS = [`${GUIDE_DIRECTORY}/*.md`, 'README.md', 'docs/**/*.md', 'services/*/README.md', 'libs/*/README.md']

/** Reads the documentation under the repository's root. The guide's own pages are found even when they lie elsewhere. */
export async function readDocuments(rootDirectory: string): Promise<DocumentPage[]> {
  const pages = await readMatching(rootDirectory, PATTERNS)
  if (pages.some(({ path }) => path.startsWith(GUIDE_DIRECTORY))) return pages
  const own = await readMatching(join(import.meta.dirname, '../../../..'), PATTERNS.slice(0, 1))
  return [...own, ...pages]
}

async function readMatching(root: string, patterns: string[]): Promise<DocumentPage[]> {
  const pages: DocumentPage[] = []
  for (const pattern of patterns) {
    const paths: string[] = []
    for await (const path of glob(pattern, { cwd: root, exclude: (name) => name === 'node_modules' }))
      paths.push(path.replaceAll('\\', '/'))
    for (const path of paths.sort()) {
      const markdown = await readFile(join(root, path), 'utf8')
      pages.push({ path, ...readPage(markdown, basename(path, '.md')) })
    }
  }
  return pages
}
