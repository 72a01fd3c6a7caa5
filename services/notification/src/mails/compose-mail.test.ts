import t from 'tap'
import { composeMail } from './compose-mail.ts'
import { displayName } from './display-name.ts'
import type { MailKind } from './mail.ts'

const now = new Date('2026-11-21T12:00:00Z')
const publicUrl = 'https://chat.example.com'
const recipient = { email: 'ada@example.com', name: 'Ada', locale: 'en', token: 'a+b/c=&d', expiresAt: new Date('2026-11-21T12:59:58Z') }
const compose = (kind: MailKind, more: Partial<typeof recipient> = {}) =>
  composeMail(kind, '0190', { ...recipient, ...more }, { publicUrl, now })

const expected: [kind: MailKind, path: string, subject: string][] = [
  ['verify_address', '/verify-email', 'Confirm your e-mail address'],
  ['reset_password', '/reset-password', 'Choose a new password'],
  ['magic_link', '/magic-link', 'Your log-in link'],
]
for (const [kind, path, subject] of expected)
  t.test(`${kind}: the link of HTML and text leads to PUBLIC_URL and carries the token, encoded`, async (t) => {
    const letter = compose(kind)
    const link = `${publicUrl}${path}?token=a%2Bb%2Fc%3D%26d`
    t.match(letter, { id: '0190', subject, to: { name: 'Ada', address: 'ada@example.com' } })
    t.ok(letter.text.includes(`\n${link}\n`))
    t.ok(letter.html.includes(`href="${link}"`))
    t.match(letter.text, /works once, for 59 minutes|works once, for 1 hour/)
    t.match(letter.text, /^Hello Ada,\n/)
    t.same(
      [...letter.html.matchAll(/(?:href|src)="([^"]*)"/g)].filter(([, url]) => !url?.startsWith(publicUrl)),
      [],
      'nothing leads elsewhere, nothing is loaded',
    )
  })

t.test('welcome: no token, a link to the app', async (t) => {
  const letter = composeMail('welcome', '0190', { email: 'ada@example.com', name: '', locale: 'en' }, { publicUrl, now })
  t.ok(letter.html.includes(`href="${publicUrl}/"`))
  t.match(letter.text, /^Hello,\n/)
  t.notMatch(letter.html + letter.text, 'token')
})

for (const [kind, subject] of [
  ['quota_nearly_used', /80 %/],
  ['quota_used', /all of today/],
  ['spend_cap_nearly_used', /80 % of this month/],
  ['spend_cap_used', /all of this month/],
] as const)
  t.test(`F1 ${kind}: no token, a link to the usage page`, async (t) => {
    const letter = composeMail(kind, '0190', { email: 'ada@example.com', name: 'Ada', locale: 'en' }, { publicUrl, now })
    t.match(letter, { subject })
    t.ok(letter.html.includes(`href="${publicUrl}/usage"`))
    t.match(letter.text, `${publicUrl}/usage`)
    t.notMatch(letter.html + letter.text, 'token')
  })

t.test('templates escape every value', async (t) => {
  const { html } = compose('verify_address', { name: 'O\'Neil & "Co"', token: '"><script>alert(1)</script>' })
  t.match(html, 'Hello O&#39;Neil &amp; &quot;Co&quot;')
  t.notMatch(html, '<script>alert')
  const home = composeMail(
    'welcome',
    '0190',
    { email: 'a@example.com', name: '', locale: 'en' },
    { publicUrl: 'https://x.example/"><b>', now },
  )
  t.notMatch(home.html, '"><b>')
})

t.test('no template leaves a placeholder or a tag open', async (t) => {
  for (const kind of ['verify_address', 'reset_password', 'magic_link', 'welcome'] as const) {
    const { html, text } = compose(kind)
    t.notMatch(html + text, /undefined|<%|%>|\[object/)
    for (const tag of ['table', 'td', 'p', 'a', 'div'])
      t.equal(html.match(new RegExp(`<${tag}[ >]`, 'g'))?.length, html.match(new RegExp(`</${tag}>`, 'g'))?.length, `${kind} <${tag}>`)
    t.match(html, /<html lang="en"/)
    t.match(html, /prefers-color-scheme: dark/)
    t.notMatch(text, /<[a-z]/i)
  }
})

t.test("a name that looks like somebody's own message is not repeated to its victim", async (t) => {
  for (const name of [
    'You won! www.evil.example',
    'http://evil.example',
    'Click evil.example now',
    'a@evil.example',
    'x'.repeat(61),
    '<b>Hi</b>',
  ])
    t.equal(displayName(name), '', name)
  t.equal(displayName('Ada\r\nBcc: eve'), 'Ada Bcc: eve', 'on one line')
  for (const name of ['Ada', 'Jean-Luc Picard', "Conan O'Brien", 'Martin Luther King Jr.', '李小龍', 'Zoë 😀'])
    t.equal(displayName(name), name)
})
