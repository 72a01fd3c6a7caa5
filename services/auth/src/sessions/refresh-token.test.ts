import t from 'tap'
import { v7 as newId } from 'uuid'
import {
  belongsToFamily,
  createFamilyKey,
  createRefreshToken,
  isSameHash,
  openWithParent,
  parseRefreshToken,
  sealForParent,
} from './refresh-token.ts'

function aFamily() {
  const sessionId = newId()
  const key = createFamilyKey()
  return { sessionId, key, token: () => createRefreshToken(sessionId, key) }
}

t.test('A-3 a refresh token is opaque, names its session and is stored as a hash only', async (t) => {
  const family = aFamily()
  const token = family.token()
  const parsed = parseRefreshToken(token.text)
  t.equal(parsed?.sessionId, family.sessionId)
  t.ok(parsed && isSameHash(parsed.hash, token.hash))
  t.notOk(isSameHash(family.token().hash, token.hash))
  t.match(token.text, /^[\w-]{86}$/)
})

t.test('A-3 only tokens that were given out belong to the family', async (t) => {
  const family = aFamily()
  const token = family.token()
  t.ok(belongsToFamily(token, family.key))
  t.notOk(belongsToFamily(createRefreshToken(family.sessionId, createFamilyKey()), family.key), 'right session, invented secret')
  const bytes = Buffer.from(token.text, 'base64url')
  bytes[20] = (bytes[20] ?? 0) ^ 1
  const changed = parseRefreshToken(bytes.toString('base64url'))
  t.notOk(changed && belongsToFamily(changed, family.key), 'one changed bit')
})

t.test('A-3 what is no refresh token is not parsed', async (t) => {
  const { text } = aFamily().token()
  for (const wrong of ['', 'x', text.slice(1), `${text}A`, `${text}=`, ` ${text}`, `${text.slice(0, -1)}!`, 'x'.repeat(86)]) {
    t.equal(parseRefreshToken(wrong), null, JSON.stringify(wrong))
  }
})

t.test('A-3 the current token opens with its parent and with nothing else', async (t) => {
  const family = aFamily()
  const parent = family.token()
  const current = family.token()
  const sealed = sealForParent(current, parent)
  t.equal(openWithParent(sealed, parent), current.text)
  t.throws(() => openWithParent(sealed, family.token()))
  t.notOk(Buffer.from(sealed).includes(Buffer.from(current.text)))
})
