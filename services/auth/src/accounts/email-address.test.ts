import t from 'tap'
import { normaliseEmail } from './email-address.ts'

const same: [string, string, string][] = [
  ['case', 'Ada.Lovelace@Example.COM', 'ada.lovelace@example.com'],
  ['space around', '  ada@example.com ', 'ada@example.com'],
  ['full-width letters and @', 'ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com'],
  ['small commercial at', 'ada﹫example.com', 'ada@example.com'],
  ['ligature', 'oﬃce@example.com', 'office@example.com'],
  ['tag', 'ada+parley@example.com', 'ada+parley@example.com'],
  ['international domain', 'ada@Bücher.example', 'ada@xn--bcher-kva.example'],
  ['decomposed international domain', 'ada@Bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
]
for (const [what, typed, stored] of same) {
  t.test(`A-12 ${what} is folded into the one stored form`, async (t) => {
    t.equal(normaliseEmail(typed), stored)
  })
}

const refused: [string, string][] = [
  ['a header injection', 'ada@example.com\r\nBcc: eve@example.com'],
  ['a line break at the end', 'ada@example.com\n'],
  ['NUL', 'ada\0@example.com'],
  ['a zero-width space', 'ada\u200b@example.com'],
  ['a right-to-left override', 'ada\u202e@example.com'],
  ['a soft hyphen in the domain', 'ada@exam\u00adple.com'],
  ['a lone surrogate', 'ada\ud800@example.com'],
  ['two @', 'ada@eve@example.com'],
  ['a second @ in disguise', 'ada＠eve@example.com'],
  ['no domain', 'ada@'],
  ['no local part', '@example.com'],
  ['no dot in the domain', 'ada@localhost'],
  ['a percent-encoded domain', 'ada@ex%61mple.com'],
  ['an address literal', 'ada@[127.0.0.1]'],
  ['a number for a host', 'ada@127.1'],
  ['a display name', 'Ada <ada@example.com>'],
  ['a quoted local part', '"ada eve"@example.com'],
  ['a list', 'ada@example.com,eve@example.com'],
  ['a Cyrillic letter in the local part', 'аda@example.com'],
  ['a dot at the end', 'ada@example.com.'],
  ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
  ['255 characters', `ada@${'a.'.repeat(124)}com`],
]
for (const [what, typed] of refused) {
  t.test(`A-12 an address with ${what} is refused`, async (t) => {
    t.equal(normaliseEmail(typed), null)
  })
}

t.test('A-12 a Cyrillic look-alike of a domain is another domain', async (t) => {
  t.not(normaliseEmail('ada@exаmple.com'), 'ada@example.com')
})

t.test('A-12 normalising twice changes nothing', async (t) => {
  for (const [, typed] of same) {
    const once = normaliseEmail(typed)
    t.equal(normaliseEmail(once ?? ''), once)
  }
})
