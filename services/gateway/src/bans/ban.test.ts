import t from 'tap'
import { addressRange } from './ban.ts'
import { createBanList } from './ban-list.ts'

t.test('an IPv4 address means itself, an IPv6 one its /64, a range itself; anything else nothing', async (t) => {
  t.strictSame(addressRange('203.0.113.7'), { address: '203.0.113.7', prefix: 32, family: 'ipv4' })
  t.strictSame(addressRange(' 2001:db8::1 '), { address: '2001:db8::1', prefix: 64, family: 'ipv6' })
  t.strictSame(addressRange('203.0.113.0/24'), { address: '203.0.113.0', prefix: 24, family: 'ipv4' })
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4/33', '1.2.3.4/x', '1.2.3.4/8/8', '2001:db8::/129'])
    t.equal(addressRange(text), null, text)
  t.strictSame(addressRange('::ffff:203.0.113.7'), { address: '203.0.113.7', prefix: 32, family: 'ipv4' })
  for (const text of ['0.0.0.0/0', '::1', '::ffff:cb00:7109', '::ffff:203.0.113.7/64', '::/16'])
    t.equal(addressRange(text), null, `nobody bans the whole world by mistake: ${text}`)
})

t.test('a list knows users and addresses, until their ban ends', async (t) => {
  const bans = createBanList()
  t.notOk(bans.isLoaded)
  const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)]
  bans.replace([
    { kind: 'user', subject: 'ada', expiresAt: null },
    { kind: 'user', subject: 'bob', expiresAt: past },
    { kind: 'user', subject: 'eve', expiresAt: past },
    { kind: 'user', subject: 'eve', expiresAt: future },
    { kind: 'ip', subject: '203.0.113.0/24', expiresAt: future },
    { kind: 'ip', subject: '198.51.100.1/32', expiresAt: past },
    { kind: 'ip', subject: '2001:db8:1:2::/64', expiresAt: null },
  ])
  t.ok(bans.isLoaded)
  t.strictSame(['ada', 'bob', 'eve', 'sue'].map(bans.isUserBanned), [true, false, true, false])
  const addresses = ['203.0.113.9', '::ffff:203.0.113.9', '198.51.100.1', '2001:db8:1:2:3::4', '2001:db8:1:3::1', '127.0.0.1']
  t.strictSame(addresses.map(bans.isAddressBanned), [true, true, false, true, false, false])
  bans.replace([])
  t.notOk(bans.isUserBanned('ada'))
})
