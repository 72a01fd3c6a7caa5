import t from 'tap'
import { readCommandLine } from './command-line.ts'

t.test('--replicas, --fresh and --no-web are understood', async (t) => {
  t.same(readCommandLine(['--replicas', 'chat=2,gateway=3', '--fresh', '--no-web']), {
    replicas: { chat: 2, gateway: 3 },
    isFresh: true,
    isWebWanted: false,
    isHelpWanted: false,
  })
  t.same(readCommandLine([]), { replicas: {}, isFresh: false, isWebWanted: true, isHelpWanted: false })
})

t.test('what is not understood is named, with what is allowed', async (t) => {
  t.throws(() => readCommandLine(['--replicas', 'chats=2']), /no service 'chats'; there are auth, usage/)
  t.throws(() => readCommandLine(['--replicas', 'chat=0']), /chat=0 is not understood; give a number from 1 to 8/)
  t.throws(() => readCommandLine(['--replicas', 'chat']), /chat=\? is not understood/)
  t.throws(() => readCommandLine(['--frsh']), /--frsh/)
})
