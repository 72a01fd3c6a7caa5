import t from 'tap'
import { deviceName } from './device-name.ts'

t.test('browsers that claim to be each other are told apart', async (t) => {
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
  t.equal(deviceName(chrome), 'Chrome on Windows')
  t.equal(deviceName(`${chrome} Edg/141.0`), 'Edge on Windows')
  t.equal(
    deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile/15E148 Safari/604.1'),
    'Safari on iPhone',
  )
  t.equal(deviceName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox on Linux')
})

t.test('programs are called by their name', async (t) => {
  t.equal(deviceName('curl/8.5.0'), 'curl')
  t.equal(deviceName(null), 'Unknown device')
})
