import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'docs/message-path.md'), 'utf8')
const links = [...text.matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map((match) => match[1] ?? '')

t.test('docs/message-path.md names the file of every step', async (t) => {
  const steps = text.split('\n').filter((line) => /^\d+\. /.test(line))
  t.ok(steps.length >= 8, 'the path has its steps')
  for (const step of steps) t.match(step, /\]\(\.\.\/(services|libs)\//, `a file stands in: ${step.slice(0, 60)}`)
})

for (const link of new Set(links)) {
  t.test(`${link}, named in docs/message-path.md, exists`, async (t) => {
    t.ok(existsSync(join(root, link)))
  })
}

for (const symbol of [...text.matchAll(/`(\w+)` in \[[^\]]*\]\(\.\.\/([^)#]+)\)/g)]) {
  const [, name = '', file = ''] = symbol
  t.test(`${name}, named in docs/message-path.md, stands in ${file}`, async (t) => {
    t.match(readFileSync(join(root, file), 'utf8'), new RegExp(`\\b${name}\\b`))
  })
}
