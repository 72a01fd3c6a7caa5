import { globSync } from 'node:fs'
import { join } from 'node:path'
import { commonErrors, type ErrorCatalogueEntry } from '@parley/errors'

const root = join(import.meta.dirname, '../..')

/** Every error catalogue of the repository as the Markdown of docs/errors.md. */
export async function renderErrorsPage(): Promise<string> {
  const files = ['libs/errors/src/index.ts', ...globSync('services/*/src/errors.ts', { cwd: root }).sort()]
  const chapters: string[] = []
  for (const file of files) {
    const exported: Record<string, { catalogue?: readonly ErrorCatalogueEntry[] }> = await import(join(root, file))
    const rows = Object.values(exported)
      // Services pass the common errors on; they are listed once.
      .filter((value) => file.startsWith('libs/') || value?.catalogue !== commonErrors.catalogue)
      .flatMap((value) => value?.catalogue ?? [])
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ code, status, message }) => `| \`${code}\` | ${status} | ${message} |`)
    const title = file.startsWith('libs/') ? 'Everywhere' : file.split('/')[1]
    if (rows.length) chapters.push(`## ${title}\n\n| code | status | what the user reads |\n|---|---|---|\n${rows.join('\n')}\n`)
  }
  return `# Errors

Every error code of the platform. A code is stable; the text may change. Answers are \`application/problem+json\`
(RFC 9457) with \`code\` and \`requestId\`; a turn's error arrives as \`turn.failed\`. This page is made from the catalogues
(\`services/*/src/errors.ts\`) and compared with them by a test: \`UPDATE_DOCS=1 npm test -- errors-page\` writes it anew.

${chapters.join('\n')}`
}
