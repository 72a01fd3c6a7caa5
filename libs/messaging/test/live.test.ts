import { liveTurnSubject } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { createWorld } from './world.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (value: unknown) => new TextEncoder().encode(String(value))

t.test('live frames reach every listener at once, unchanged and in order', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const other = await world.anotherBus('gateway')
  const received: string[] = []
  const stop = other.subscribeLive(liveTurnSubject('a'), (frame) => received.push(text(frame)))
  await other.connection.flush()
  for (let seq = 1; seq <= 100; seq++) world.bus.publishLive(liveTurnSubject('a'), bytes(seq))
  world.bus.publishLive(liveTurnSubject('b'), bytes('somebody else'))
  await waitFor('the frames', () => received.length === 100)
  t.same(
    received,
    Array.from({ length: 100 }, (_, index) => String(index + 1)),
  )

  stop()
  await other.connection.flush()
  world.bus.publishLive(liveTurnSubject('a'), bytes('after the end'))
  await world.bus.connection.flush()
  await other.connection.flush()
  t.equal(received.length, 100)
})

t.test('B3 a replay brings all stored frames of one turn in order and ends', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  for (let seq = 1; seq <= 2_300; seq++) {
    world.bus.publishLive(liveTurnSubject('a'), bytes(seq))
    world.bus.publishLive(liveTurnSubject('b'), bytes(`not ${seq}`))
  }
  await waitFor('everything stored', async () => (await world.bus.manager.streams.info('LIVE')).state.messages === 4_600)
  const other = await world.anotherBus('gateway')
  const frames: string[] = []
  for await (const frame of other.replayLive(liveTurnSubject('a'))) frames.push(text(frame))
  t.same(
    frames,
    Array.from({ length: 2_300 }, (_, index) => String(index + 1)),
  )

  const none: string[] = []
  for await (const frame of other.replayLive(liveTurnSubject('nobody'))) none.push(text(frame))
  t.same(none, [])
  const tail: string[] = []
  for await (const frame of other.replayLive(liveTurnSubject('a'), { fromStreamSeq: 4_597 })) tail.push(text(frame))
  t.same(tail, ['2299', '2300'])
})

t.test('B3 a replay stopped half-way and a live subscription beside it lose nothing', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let seq = 0
  const timer = setInterval(() => world.bus.publishLive(liveTurnSubject('a'), bytes(++seq)), 2)
  t.teardown(() => clearInterval(timer))
  await waitFor('some frames', () => seq > 50)

  const other = await world.anotherBus('gateway')
  const seen = new Set<number>()
  other.subscribeLive(liveTurnSubject('a'), (frame) => seen.add(Number(text(frame))))
  for await (const frame of other.replayLive(liveTurnSubject('a'))) seen.add(Number(text(frame)))
  for await (const _ of other.replayLive(liveTurnSubject('a'))) break
  const last = seq + 20
  await waitFor('later frames', () => seen.has(last))
  t.equal([...seen].filter((number) => number <= last).length, last)
})

t.test('live frames published while NATS is away arrive when it is back', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const received: string[] = []
  const other = await world.anotherBus('gateway')
  other.subscribeLive(liveTurnSubject('a'), (frame) => received.push(text(frame)))
  await world.nats.kill()
  await waitFor('the loss noticed', () => !world.bus.isConnected() && !other.isConnected())
  for (let seq = 1; seq <= 50; seq++) world.bus.publishLive(liveTurnSubject('a'), bytes(seq))
  // What a gateway does: replay after the reconnection, beside the subscription that is restored by itself.
  const back = [world.bus, other].map((bus) => new Promise<void>((resolve) => bus.onReconnect(resolve)))
  await world.nats.restart()
  await Promise.all(back)
  world.bus.publishLive(liveTurnSubject('a'), bytes(51))
  await waitFor('the frame after', () => received.includes('51'))
  const replayed: string[] = []
  for await (const frame of other.replayLive(liveTurnSubject('a'))) replayed.push(text(frame))
  t.same(
    replayed,
    Array.from({ length: 51 }, (_, index) => String(index + 1)),
  )
})

t.test('a broadcast reaches whoever listens, with and without text', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const other = await world.anotherBus('gateway')
  const heard: string[] = []
  other.onBroadcast('ctl.test.*', (message) => heard.push(message))
  await other.connection.flush()
  world.bus.broadcast('ctl.test.one')
  world.bus.broadcast('ctl.test.two', 'turn 7')
  await waitFor('both', () => heard.length === 2)
  t.same(heard, ['', 'turn 7'])
})
