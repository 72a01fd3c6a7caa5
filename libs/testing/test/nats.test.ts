import { connect } from 'nats'
import t from 'tap'
import { startTestNats } from '../src/index.ts'

t.test('NATS is back at the same address after a kill, with what JetStream had stored', async (t) => {
  const nats = await startTestNats()
  t.teardown(() => nats.stop())
  const { origin, username: user, password: pass } = readUrl(nats.url)
  const open = () => connect({ servers: origin, user, pass })

  const before = await open()
  const manager = await before.jetstreamManager()
  await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] })
  await before.jetstream().publish('kept.one', 'still here')
  const { pid } = nats
  await nats.kill()
  await before.close()
  await nats.restart()
  t.not(nats.pid, pid)

  const after = await open()
  t.teardown(() => after.close())
  const message = await (await after.jetstreamManager()).streams.getMessage('KEPT', { seq: 1 })
  t.equal(message.string(), 'still here')
})

function readUrl(text: string) {
  const { host, username, password } = new URL(text)
  return { origin: `nats://${host}`, username, password }
}
