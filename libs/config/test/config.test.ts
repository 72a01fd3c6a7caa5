import { spawnSync } from 'node:child_process'
import { inspect } from 'node:util'
import t from 'tap'
import { z } from 'zod'
import { ConfigError, commonConfig, flag, json, loadConfig, port, seconds, secret, url, usd } from '../src/index.ts'

const shape = {
  ...commonConfig,
  DATABASE_URL: url('postgresql'),
  TOKEN_TTL_S: seconds().default(900),
  PEPPER: secret(),
  SIMULATED: flag().default(false),
  KEYS: json(z.object({ keys: z.array(z.unknown()) })).optional(),
}
const good = { DATABASE_URL: 'postgresql://chat:kX9vQ2mR@db/chat', PEPPER: 'qTf1b8Jz6LwV0yNc' }

t.test('values are typed, defaulted and frozen; an empty value counts as missing', async (t) => {
  const config = loadConfig(shape, { ...good, TOKEN_TTL_S: '', SIMULATED: '1', PORT: '8080', KEYS: '{"keys":[1]}' })
  t.match(config, { TOKEN_TTL_S: 900, SIMULATED: true, PORT: 8080, HOST: '127.0.0.1', KEYS: { keys: [1] } })
  t.ok(Object.isFrozen(config))
})

t.test('A-23 every wrong or missing value is listed at once: which, and what is allowed', async (t) => {
  const env = { DATABASE_URL: 'mysql://x', TOKEN_TTL_S: '15m', LOG_LEVEL: 'loud', PORT: '70000', SIMULATED: 'yes', KEYS: '{' }
  try {
    loadConfig(shape, env)
    t.fail('accepted')
  } catch (error) {
    t.ok(error instanceof ConfigError)
    const { message } = error as ConfigError
    t.match(message, /PEPPER is missing: needs a secret/)
    t.match(message, /DATABASE_URL is wrong: needs a URL: postgresql:/)
    t.match(message, /TOKEN_TTL_S is wrong: needs a whole number of seconds/)
    t.match(message, /LOG_LEVEL is wrong: needs one of fatal, error, warn/)
    t.match(message, /PORT is wrong: needs a port number between 0 and 65535/)
    t.match(message, /SIMULATED is wrong: needs true or false/)
    t.match(message, /KEYS is wrong: needs JSON/)
  }
})

t.test('a problem never shows the value', async (t) => {
  t.throws(() => loadConfig({ PEPPER: secret() }, { PEPPER: 'hunter2' }), {
    message: /^(?!.*hunter2).*PEPPER is wrong: needs at least 16/s,
  })
})

t.test('A-24 production refuses secrets that look like the example file’s, other environments take them', async (t) => {
  const examples = [
    { PEPPER: 'change-me-change-me' },
    { PEPPER: 'this-is-an-example-secret' },
    { PEPPER: 'aaaaaaaaaaaaaaaaaaaa' },
    { DATABASE_URL: 'postgresql://postgres:postgres@db/chat' },
    { DATABASE_URL: 'postgresql://chat:change-me@db/chat' },
  ]
  for (const example of examples) {
    const name = Object.keys(example).join()
    t.throws(() => loadConfig(shape, { ...good, ...example, NODE_ENV: 'production' }), {
      message: new RegExp(`${name} is refused in production`),
    })
    t.doesNotThrow(() => loadConfig(shape, { ...good, ...example, NODE_ENV: 'development' }))
  }
  t.doesNotThrow(() => loadConfig(shape, { ...good, NODE_ENV: 'production' }))
})

t.test('a printed or logged configuration masks secrets and URLs', async (t) => {
  const config = loadConfig({ ...shape, EXTRA: secret().optional() }, { ...good, EXTRA: 'qTf1b8Jz6LwV0yNc' })
  for (const text of [JSON.stringify(config), inspect(config)]) {
    t.match(text, /redacted/)
    t.notMatch(text, /qTf1b8Jz|kX9vQ2mR/)
  }
})

t.test('a configuration with an amount is printed and logged, as exact text in JSON', async (t) => {
  const config = loadConfig({ ...shape, LIMIT_USD: usd() }, { ...good, LIMIT_USD: '0.50' })
  t.match(JSON.parse(JSON.stringify(config)), { LIMIT_USD: '500000' })
  t.match(inspect(config), /LIMIT_USD: 500000n/)
  t.notMatch(JSON.stringify(config), /kX9vQ2mR/)
})

t.test('A-23 a process with wrong configuration prints the list without a stack and exits 1', async (t) => {
  const program = `import { configOrExit, port } from '${new URL('../src/index.ts', import.meta.url)}'; configOrExit({ PORT: port() })`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { env: { PORT: 'x' }, encoding: 'utf8' })
  t.equal(status, 1)
  t.equal(stderr, 'The configuration is not usable:\n  PORT is wrong: needs a port number between 0 and 65535\n')
})

t.test('a port is a whole number within range', async (t) => {
  for (const PORT of ['-1', '1.5', '65536', '1e3', ' 1', '0x10']) t.throws(() => loadConfig({ PORT: port() }, { PORT }), PORT)
})
