import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readEnvironment, readSettings } from './settings.ts'

t.test('a broken .env is answered with every wrong name and what is allowed', async (t) => {
  const file = join(t.testdir(), '.env')
  writeFileSync(file, 'PORT=eighty\nPOSTGRES_URL=mysql://x\nLOG_LEVEL=loud\nADMIN_EMAIL=me\n')
  const message = failure(() => readSettings(readEnvironment({}, file)))
  t.match(message, /PORT is wrong: needs a port number between 0 and 65535/)
  t.match(message, /POSTGRES_URL is wrong: needs a URL: postgres:\/\/… or postgresql:\/\/…/)
  t.match(message, /LOG_LEVEL is wrong: needs one of fatal, error/)
  t.match(message, /ADMIN_EMAIL is wrong: needs an e-mail address/)
})

t.test('the environment goes above .env, and an empty value counts as none', async (t) => {
  const file = join(t.testdir(), '.env')
  writeFileSync(file, 'PORT=9001\nOPENAI_API_KEY="from file"\nSMTP_URL=\n')
  const settings = readSettings(readEnvironment({ PORT: '9002', OPENAI_API_KEY: '' }, file))
  t.equal(settings.PORT, 9002)
  t.equal(settings.OPENAI_API_KEY, 'from file')
  t.equal(settings.SMTP_URL, undefined)
})

t.test('PUBLIC_URL must be an origin, as links and the socket’s origin check are made from it', async (t) => {
  t.match(
    failure(() => readSettings({ PUBLIC_URL: 'https://example.com/chat' })),
    /PUBLIC_URL is wrong: needs an origin without a path/,
  )
  t.equal(readSettings({ PUBLIC_URL: 'https://example.com' }).PUBLIC_URL, 'https://example.com')
})

function failure(work: () => unknown): string {
  try {
    work()
    return ''
  } catch (error) {
    return String(error)
  }
}
