import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { ConfigError } from '@parley/config'
import t from 'tap'
import { providersOf, readConfig } from './config.ts'

const required = { DATABASE_URL: 'postgresql://a:b@127.0.0.1/c', NATS_URL: 'nats://127.0.0.1', PRINCIPAL_JWKS: '{"keys":[]}' }

t.test('C1 a provider is used when it has a key or is simulated', async (t) => {
  const used = (env: Record<string, string>) =>
    providersOf(readConfig({ ...required, ...env })).map(({ id, isSimulated }) => [id, isSimulated])
  t.same(used({}), [])
  t.same(used({ OPENAI_API_KEY: 'sk-a-long-enough-key' }), [['openai', false]])
  t.same(used({ OPENAI_SIMULATED: 'true', ANTHROPIC_API_KEY: 'sk-a-long-enough-key' }), [
    ['openai', true],
    ['anthropic', false],
  ])
  t.same(used({ GEMINI_API_KEY: 'a-long-enough-key', COHERE_SIMULATED: 'true' }), [
    ['gemini', false],
    ['cohere', true],
  ])
})

t.test('C4 the gap between tokens is 10 s unless configured', async (t) => {
  t.equal(readConfig(required).TOKEN_GAP_TIMEOUT_MS, 10_000)
})

t.test('A-18 A-24 master keys are never printed, and production takes no example’s', async (t) => {
  const keys = `first:${randomBytes(32).toString('base64')}`
  const config = readConfig({ ...required, PROVIDER_KEY_ENCRYPTION_KEYS: keys })
  t.match(config.PROVIDER_KEY_ENCRYPTION_KEYS, [{ id: 'first' }])
  t.match(inspect(config), /PROVIDER_KEY_ENCRYPTION_KEYS: '\[redacted\]'/)
  t.match(JSON.parse(JSON.stringify(config)), {
    PROVIDER_KEY_ENCRYPTION_KEYS: '[redacted]',
    DATABASE_URL: '[redacted]',
    COST_ALERT_CALL_USD: '500000',
  })
  const production = { ...required, NODE_ENV: 'production', PRINCIPAL_JWKS: '{"keys":[]}' }
  t.throws(
    () => readConfig({ ...production, PROVIDER_KEY_ENCRYPTION_KEYS: `example:${keys}` }),
    /PROVIDER_KEY_ENCRYPTION_KEYS is refused in production/,
  )
  t.throws(() => readConfig({ ...production, PROVIDER_KEY_ENCRYPTION_KEYS: 'change-me-change-me' }), ConfigError)
})

t.test('A-23 wrong values are named all at once', async (t) => {
  t.throws(() => readConfig({ OPENAI_SIMULATED: 'perhaps', MAX_OUTPUT_TOKENS_FREE: '0' }), ConfigError)
  try {
    readConfig({ OPENAI_SIMULATED: 'perhaps', MAX_OUTPUT_TOKENS_FREE: '0' })
  } catch (error) {
    for (const name of ['DATABASE_URL', 'NATS_URL', 'PRINCIPAL_JWKS', 'OPENAI_SIMULATED', 'MAX_OUTPUT_TOKENS_FREE']) {
      t.match((error as Error).message, name)
    }
  }
})
