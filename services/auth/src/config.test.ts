import { ConfigError } from '@parley/config'
import t from 'tap'
import { readConfig } from './config.ts'

const good = {
  DATABASE_URL: 'postgresql://parley_auth:a1b2c3d4@127.0.0.1/parley_auth',
  NATS_URL: 'nats://parley:a1b2c3d4@127.0.0.1',
  PRINCIPAL_JWKS: '{"keys":[{"kid":"gateway"}]}',
  PUBLIC_URL: 'https://parley.test/',
  PASSWORD_PEPPER: 'f3f1d1c5a9b7e2d4',
  KEY_ENCRYPTION_KEY: 'c0ffee12deadbeef',
}

function problems(change: Record<string, string | undefined>): string[] {
  try {
    readConfig({ ...good, ...change })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name }) => name)
    throw error
  }
}

t.test('A-23 the defaults are those of the requirements', async (t) => {
  t.match(readConfig(good), {
    PUBLIC_URL: 'https://parley.test',
    ACCESS_TOKEN_TTL_S: 900,
    REFRESH_TOKEN_TTL_S: 2_592_000,
    MAGIC_TOKEN_TTL_S: 600,
    BCRYPT_COST: 12,
    LOGIN_ATTEMPT_LIMIT: 5,
    LOGIN_ATTEMPT_WINDOW_S: 900,
  })
})

t.test('A-23 every wrong value is named', async (t) => {
  t.same(problems({ PASSWORD_PEPPER: undefined, KEY_ENCRYPTION_KEY: 'short', PUBLIC_URL: 'parley.test' }), [
    'PUBLIC_URL',
    'PASSWORD_PEPPER',
    'KEY_ENCRYPTION_KEY',
  ])
  for (const [name, value] of [
    ['ACCESS_TOKEN_TTL_S', '86401'],
    ['REFRESH_TOKEN_TTL_S', '2592001'],
    ['MAGIC_TOKEN_TTL_S', '601'],
    ['BCRYPT_COST', '3'],
    ['BCRYPT_COST', 'twelve'],
    ['PRINCIPAL_JWKS', '{}'],
  ] as const) {
    t.same(problems({ [name]: value }), [name], `${name}=${value}`)
  }
})

t.test('A-24 production refuses cheap hashes and example secrets', async (t) => {
  t.same(problems({ NODE_ENV: 'production' }), [])
  t.same(problems({ NODE_ENV: 'production', BCRYPT_COST: '9' }), ['BCRYPT_COST'])
  t.same(problems({ NODE_ENV: 'production', PASSWORD_PEPPER: 'change-me-change-me' }), ['PASSWORD_PEPPER'])
  t.same(problems({ BCRYPT_COST: '4' }), [], 'tests may be cheap')
})

t.test('A-23 the first administrator needs an address and a password, or neither', async (t) => {
  t.same(problems({ ADMIN_EMAIL: 'Root@Example.com', ADMIN_PASSWORD: 'f3f1d1c5a9b7e2d4' }), [])
  t.same(problems({ ADMIN_EMAIL: 'root@example.com' }), ['ADMIN_EMAIL'])
  t.same(problems({ ADMIN_PASSWORD: 'f3f1d1c5a9b7e2d4' }), ['ADMIN_EMAIL'])
  t.same(problems({ ADMIN_EMAIL: 'nobody', ADMIN_PASSWORD: 'f3f1d1c5a9b7e2d4' }), ['ADMIN_EMAIL'])
})
