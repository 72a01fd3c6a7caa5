import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import t from 'tap'

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs')

/** Names of the rules that a small tree of files breaks. */
async function brokenRules(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'boundaries-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]
    const { output } = await cruise(folders, {
      ...rules.options,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: rules.forbidden },
    })
    return [...new Set((output as ICruiseResult).summary.violations.map((violation) => violation.rule.name))]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const a = 'export const a = 1\n'
const planted: { rule: string; files: Record<string, string> }[] = [
  {
    rule: 'no-service-to-service',
    files: { 'services/one/src/x.ts': "import { a } from '../../two/src/a.ts'\nexport const x = a\n", 'services/two/src/a.ts': a },
  },
  {
    rule: 'lib-errors',
    files: { 'libs/errors/src/x.ts': "import { a } from '../../contracts/src/a.ts'\nexport const x = a\n", 'libs/contracts/src/a.ts': a },
  },
  {
    rule: 'lib-contracts',
    files: { 'libs/contracts/src/x.ts': "import { a } from '../../errors/src/a.ts'\nexport const x = a\n", 'libs/errors/src/a.ts': a },
  },
  {
    rule: 'no-cycles',
    files: {
      'libs/errors/src/x.ts': "import { y } from './y.ts'\nexport const x = (): number => y()\n",
      'libs/errors/src/y.ts': "import { x } from './x.ts'\nexport const y = (): number => x()\n",
    },
  },
  {
    rule: 'services-use-libs-only',
    files: { 'services/one/src/x.ts': "import { a } from '../../../deploy/local/a.ts'\nexport const x = a\n", 'deploy/local/a.ts': a },
  },
  {
    rule: 'product-never-imports-test-helpers',
    files: {
      'services/one/src/x.ts': "import { a } from '../../../libs/testing/src/a.ts'\nexport const x = a\n",
      'libs/testing/src/a.ts': a,
    },
  },
  {
    rule: 'domain-imports-no-framework',
    files: {
      'services/one/src/turns/start-turn.ts': "import { fastify } from 'fastify'\nexport const x = fastify\n",
      'node_modules/fastify/package.json': '{"name":"fastify","version":"1.0.0","main":"index.js","type":"module"}',
      'node_modules/fastify/index.js': 'export const fastify = 1\n',
    },
  },
  { rule: 'resolvable', files: { 'libs/errors/src/x.ts': "import { a } from './gone.ts'\nexport const x = a\n" } },
]

for (const { rule, files } of planted) {
  t.test(`the boundary ${rule} refuses a planted violation`, async (t) => {
    t.ok((await brokenRules(files)).includes(rule))
  })
}

t.test('a tree that keeps to the arrows breaks no boundary', async (t) => {
  const broken = await brokenRules({
    'services/one/src/turns/turns.routes.ts': "import { a } from './a.ts'\nexport const x = a\n",
    'services/one/src/turns/a.ts': "import { a as b } from '../../../../libs/errors/src/a.ts'\nexport const a = b\n",
    'libs/errors/src/a.ts': a,
  })
  t.same(broken, [])
})
