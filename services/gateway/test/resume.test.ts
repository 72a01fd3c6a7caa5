import { liveTurnSubject } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startWorld, type World } from './harness.ts'
import type { SocketClient } from './socket-client.ts'
import { oneTo, playTurn } from './turn-frames.ts'

async function startTurn(world: World, client: SocketClient) {
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  await client.next('turn.accepted')
  return { id, turn: playTurn(world.bus, world.chat, id) }
}

async function forgetLiveFrames(world: World, turnId: string): Promise<void> {
  await world.bus.flush()
  await world.bus.manager.streams.purge('LIVE', { filter: liveTurnSubject(turnId) })
}

t.test('B3 a client that comes back on another replica in mid-stream gets every number once, in order', async (t) => {
  const world = await startWorld(t)
  const [first, second] = [await world.startGateway(), await world.startGateway()]
  const cookie = await world.auth.token()
  const before = await first.openSocket({ cookie })
  const { id, turn } = await startTurn(world, before)
  turn.say(40)
  await before.next('turn.delta', ({ seq }) => seq === 40)
  before.socket.terminate()

  const talking = setInterval(() => turn.say(7), 2)
  const after = await second.openSocket({ cookie })
  after.send({ type: 'turn.resume', turnId: id, afterSeq: 25 })
  await after.next('turn.delta', ({ seq }) => seq > 300)
  clearInterval(talking)
  turn.end()
  await after.next('turn.completed')
  t.strictSame(after.textOf(id).seqs, oneTo(turn.seq + 1, 26))
  t.equal(before.textOf(id).text.slice(0, before.textOf(id).text.indexOf('word26')) + after.textOf(id).text, turn.text)
})

t.test('B3 twenty clients that resume at different places while frames arrive all end with the same text', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  const { id, turn } = await startTurn(world, await gateway.openSocket({ cookie }))
  turn.say(100)
  const clients = await Promise.all(Array.from({ length: 19 }, () => gateway.openSocket({ cookie })))
  const talking = setInterval(() => turn.say(3), 1)
  for (const [i, client] of clients.entries()) client.send({ type: 'turn.resume', turnId: id, afterSeq: i * 5 })
  await Promise.all(clients.map((client) => client.next('turn.delta')))
  clearInterval(talking)
  turn.end()
  await Promise.all(clients.map((client) => client.next('turn.completed')))
  for (const [i, client] of clients.entries()) t.strictSame(client.textOf(id).seqs, oneTo(turn.seq + 1, i * 5 + 1))
})

t.test('resuming a turn of somebody else is not found, and nothing of it is shown', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const { id, turn } = await startTurn(world, await gateway.openSocket({ cookie: await world.auth.token() }))
  const stranger = await gateway.openSocket({ cookie: await world.auth.token() })
  stranger.send({ type: 'turn.resume', turnId: id, afterSeq: 0 })
  turn.say(3)
  t.match(await stranger.next('error'), { id, error: { code: 'turn_not_found' } })
  turn.say(3)
  stranger.send({ type: 'ping' })
  await stranger.next('pong')
  t.strictSame(stranger.textOf(id).seqs, [])
})

t.test('F-14 of an owner that speaks after it was taken over nothing is shown, or it is taken back', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  const [inTime, deceived] = [await gateway.openSocket({ cookie }), await gateway.openSocket({ cookie })]
  const { id, turn } = await startTurn(world, inTime)
  turn.say(3)
  await inTime.next('turn.delta', ({ seq }) => seq === 3)
  const lateWord = { type: 'turn.delta', turnId: id, seq: 4, text: 'zombie ' } as const

  // One reader has seen what is void when the next owner begins, and comes back with its number.
  deceived.send({ type: 'turn.resume', turnId: id, afterSeq: 4 })
  await waitFor('the resume', () => world.chat.countOf('GET', `/api/v1/turns/${id}`) === 1)
  turn.leaveNumbers(100_000)
  turn.publish(lateWord)
  turn.say(2)
  turn.store()
  const last = turn.seq
  await inTime.next('turn.delta', ({ seq }) => seq === last)
  await deceived.next('turn.delta', ({ seq }) => seq >= last)
  turn.publish({ ...lateWord, seq: 5 })
  turn.say(1)
  turn.end()
  await Promise.all([inTime, deceived].map((client) => client.next('turn.completed')))
  t.equal(inTime.textOf(id).text, turn.text)
  t.notOk(inTime.messages.some(({ type }) => type === 'turn.restarted'))
  t.equal(deceived.textOf(id).text, turn.text)
  t.match(deceived.messages.filter(({ type }) => type.startsWith('turn.')).slice(0, 2), [
    { type: 'turn.restarted', seq: 5 },
    { type: 'turn.delta', fromSeq: 6 },
  ])
})

t.test('a number that nobody kept a frame of is made up for from the stored text', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  const { id, turn } = await startTurn(world, client)
  turn.say(3)
  await client.next('turn.delta', ({ seq }) => seq === 3)
  turn.sayUnheard(2)
  turn.say(3)
  turn.store()
  t.match(await client.next('turn.delta', ({ fromSeq }) => fromSeq === 4), { seq: 8, text: 'word4 word5 word6 word7 word8 ' })
  turn.end()
  await client.next('turn.completed')
  t.strictSame(client.textOf(id), { seqs: [1, 2, 3, 8, 9], text: turn.text })
})

t.test('after 15 minutes an ended turn comes from the stored text: all of it, then the stored message', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  const { id, turn } = await startTurn(world, await gateway.openSocket({ cookie }))
  turn.say(50)
  turn.end()
  await forgetLiveFrames(world, id)
  const fromStart = await gateway.openSocket({ cookie })
  fromStart.send({ type: 'turn.resume', turnId: id, afterSeq: 0 })
  t.match(await fromStart.next('turn.completed'), { seq: 51, message: { text: turn.text, status: 'completed', model: 'm' } })
  t.match(await fromStart.next('turn.delta'), { fromSeq: 1, seq: 50, text: turn.text })

  const fromMiddle = await gateway.openSocket({ cookie })
  fromMiddle.send({ type: 'turn.resume', turnId: id, afterSeq: 20 })
  await fromMiddle.next('turn.completed')
  t.strictSame(fromMiddle.textOf(id), { seqs: [50, 51], text: turn.text.slice(turn.text.indexOf('word21 ')) }, 'B3 exactly what was missed')

  const fromEnd = await gateway.openSocket({ cookie })
  fromEnd.send({ type: 'turn.resume', turnId: id, afterSeq: 50 })
  await fromEnd.next('turn.completed')
  t.strictSame(fromEnd.textOf(id).seqs, [51])
})

t.test('a running turn whose frames are gone from memory goes on from the stored text', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  const { id, turn } = await startTurn(world, await gateway.openSocket({ cookie }))
  turn.say(30)
  turn.store()
  await forgetLiveFrames(world, id)
  const client = await gateway.openSocket({ cookie })
  client.send({ type: 'turn.resume', turnId: id, afterSeq: 10 })
  await client.next('turn.delta', ({ seq }) => seq === 30)
  turn.say(5)
  turn.end()
  await client.next('turn.completed')
  t.strictSame(client.textOf(id), { seqs: [30, ...oneTo(36, 31)], text: turn.text.slice(turn.text.indexOf('word11 ')) })
})

t.test('F-12 NATS away in mid-stream: what was missed comes within 5 s of its return, once', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  const { id, turn } = await startTurn(world, client)
  turn.say(10)
  await client.next('turn.delta', ({ seq }) => seq === 10)
  await world.nats.kill()
  turn.sayUnheard(20)
  turn.store()
  await world.nats.restart()
  const backAtMs = Date.now()
  await waitFor('the reconnection', () => gateway.deps.bus.isConnected())
  turn.end(false)
  await client.next('turn.completed')
  t.ok(Date.now() - backAtMs < 6_000, `${Date.now() - backAtMs} ms`)
  t.equal(client.textOf(id).text, turn.text)
  t.strictSame(new Set(client.textOf(id).seqs).size, client.textOf(id).seqs.length)
})

t.test('F-12 without NATS a resume of an ended turn still comes from the stored text', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  const client = await gateway.openSocket({ cookie })
  const { id, turn } = await startTurn(world, client)
  turn.say(3)
  turn.end()
  await client.next('turn.completed')
  await world.nats.kill()
  const later = await gateway.openSocket({ cookie })
  later.send({ type: 'turn.resume', turnId: id, afterSeq: 0 })
  await later.next('turn.completed')
  t.equal(later.textOf(id).text, turn.text)
  await world.nats.restart()
})
