import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import t from 'tap'
import { openHome } from './home.ts'
import { startInfrastructure } from './infrastructure.ts'
import { openSecrets } from './secrets.ts'
import { readSettings } from './settings.ts'

const ignore = () => undefined

t.test('a given server that does not answer is named with its variable, and nothing of ours stays running', async (t) => {
  const home = openHome(t.testdir())
  const secrets = await openSecrets(home.secretsFile)
  const port = await freePort()
  const settings = readSettings({
    POSTGRES_URL: process.env.POSTGRES_URL ?? `postgresql://127.0.0.1:${port}`,
    NATS_URL: `nats://127.0.0.1:${port}`,
  })
  const starting = startInfrastructure({ home, settings, secrets, onProgress: ignore, onIncident: ignore, onChange: ignore })
  await t.rejects(starting, { message: new RegExp(`_URL is set, but nothing answers at 127\\.0\\.0\\.1:${port}`) })
  t.notOk(existsSync(join(home.redis, 'redis.pid')), 'Redis, which did start, has been stopped')
})
