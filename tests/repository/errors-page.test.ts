import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { renderErrorsPage } from './errors-page.ts'

const page = join(import.meta.dirname, '../../docs/errors.md')

t.test('docs/errors.md lists every error code with its status and text', async (t) => {
  const rendered = await renderErrorsPage()
  if (process.env.UPDATE_DOCS) writeFileSync(page, rendered)
  t.equal(readFileSync(page, 'utf8'), rendered)
  t.ok(rendered.split('\n').filter((line) => line.startsWith('| `')).length > 20, 'the catalogues were found')
})
