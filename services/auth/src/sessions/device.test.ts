import t from 'tap'
import { deviceOf } from './device.ts'

const sources: [string, string][] = [
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ['', 'unknown'],
  ['not an address', 'unknown'],
]
for (const [address, source] of sources) {
  t.test(`R-2 requests from '${address}' count for ${source}`, async (t) => {
    t.equal(deviceOf(address, undefined).source, source)
  })
}

t.test('A8 a session remembers the network, not the address', async (t) => {
  t.equal(deviceOf('203.0.113.7', 'browser').ipPrefix, '203.0.113.0/24')
  t.equal(deviceOf('2001:db8:1:2:3:4:5:6', 'browser').ipPrefix, '2001:db8:1:2::/64')
  t.equal(deviceOf('nonsense', 'browser').ipPrefix, null)
})

t.test('A8 a user agent without end is cut', async (t) => {
  t.equal(deviceOf('203.0.113.7', 'x'.repeat(5000)).userAgent?.length, 300)
})
