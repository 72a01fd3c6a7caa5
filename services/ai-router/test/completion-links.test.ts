import { once } from 'node:events'
import { scriptedAnswers } from '@parley/simulators'
import { aPrincipal, waitFor } from '@parley/testing'
import t, { type Test } from 'tap'
import { v7 as newId } from 'uuid'
import { WebSocket } from 'ws'
import { startFixtureVendor } from '../src/providers/conformance/fixture-vendor.ts'
import { bytesWhenFull } from '../src/providers/conformance/vendor-double.ts'
import { openaiWire } from '../src/providers/conformance/wires.ts'
import { kindsOf, says, startWorld } from './harness.ts'
import { openLink } from './link-caller.ts'

async function startLinkedWorld(t: Test, env: Record<string, string> = {}) {
  const world = await startWorld(t, { env, answer: scriptedAnswers() })
  return { world, link: await openLink(world) }
}

t.test('calls on one link are answered side by side, each with what HTTP would have said', async (t) => {
  const { world, link } = await startLinkedWorld(t)
  const asked = says('[[tokens=40 seed=7]]')
  const calls = await Promise.all(Array.from({ length: 5 }, () => link.ask({ ...asked, fresh: true })))
  const answers = await Promise.all(calls.map(({ answer }) => answer))
  const overHttp = await world.complete({ ...asked, fresh: true })
  for (const answer of answers) {
    t.equal(answer.end, 'whole')
    t.equal(answer.text, overHttp.text)
    t.same(kindsOf(answer), kindsOf(overHttp))
    t.match(answer.last, { case: 'finished', value: { usage: { outputTokens: 40n } } })
  }
})

t.test('a call that is refused says why, and the others on its link go on', async (t) => {
  const { link } = await startLinkedWorld(t)
  const callId = newId()
  const going = await link.ask({ ...says('[[tokens=30]]'), callId })
  const refusals = await Promise.all([link.ask({ messages: [] }), link.ask({}, { principal: aPrincipal() }), link.ask({ plan: 'gold' })])
  t.same(
    (await Promise.all(refusals.map(({ answer }) => answer))).map(({ end }) => end),
    [{ refused: 'invalid_request' }, { refused: 'forbidden' }, { refused: 'invalid_request' }],
  )
  t.equal((await going.answer).end, 'whole')
  const again = await link.ask({ callId })
  t.same((await again.answer).end, { refused: 'call_exists' }, 'no call is made twice')
})

t.test('A-19 a call without a principal that one of our services signed is refused', async (t) => {
  const { world, link } = await startLinkedWorld(t)
  for (const principal of [undefined, '', 'ey.ey.ey']) {
    const number = 1_000
    const { userId } = world.principal
    const heard = once(link.socket, 'message')
    link.send({ call: { number, principal, request: { callId: newId(), turnId: newId(), userId, plan: 'free', ...says('Hello?') } } })
    const [message] = await heard
    t.match(String(message), /unauthenticated/)
  }
  t.equal(await world.deps.prisma.aiCall.count(), 0)
})

t.test(
  'B-17 a call that nobody waits for any more is ended at its vendor and booked, and what is on the link beside it goes on',
  async (t) => {
    const vendor = await startFixtureVendor(openaiWire)
    t.teardown(() => vendor.close())
    vendor.play({ kind: 'endless' })
    const { world, link } = await startLinkedWorld(t, { OPENAI_BASE_URL: vendor.baseUrl })
    const [first, second] = [newId(), newId()]
    const aborted = await link.ask({ ...says('Talk for ever.'), callId: first })
    const other = await link.ask({ ...says('Talk for ever, too.'), callId: second })
    await waitFor('text of both', () => [aborted, other].every(({ parts }) => parts.some(({ part }) => part.case === 'text')))
    link.abort(aborted.number)
    t.match(await world.endedCall(first), { outcome: 'aborted' })
    const before = other.parts.length
    await waitFor('more text of the other', () => other.parts.length > before)

    link.socket.terminate()
    t.match(await world.endedCall(second), { outcome: 'aborted' }, 'a link that breaks ends what is on it')
  },
)

t.test('a caller that does not read stops the vendors of all its calls: what waits in between is bounded', async (t) => {
  const vendor = await startFixtureVendor(openaiWire)
  t.teardown(() => vendor.close())
  vendor.play({ kind: 'endless' })
  const { world, link } = await startLinkedWorld(t, { OPENAI_BASE_URL: vendor.baseUrl, TOKEN_GAP_TIMEOUT_MS: '300' })
  const callId = newId()
  await link.ask({ ...says('Talk for ever.'), callId })
  link.socket.pause()
  const sent = await bytesWhenFull(vendor)
  t.ok(sent < 128 * 1024 * 1024, `${sent} bytes were taken from the vendor`)
  t.equal(world.deps.running.size, 1, 'a slow reader is waited for: the gap clock is the vendor’s')
  link.socket.terminate()
  t.match(await world.endedCall(callId), { outcome: 'aborted' })
})

t.test('a text of 10 MB in one token reaches the caller in pieces, whole', async (t) => {
  const vendor = await startFixtureVendor(openaiWire)
  t.teardown(() => vendor.close())
  const { link } = await startLinkedWorld(t, { OPENAI_BASE_URL: vendor.baseUrl })
  vendor.play({ kind: 'large_token' })
  const call = await link.ask({ ...says('A long word, please.') })
  const { end, last, text, parts } = await call.answer
  t.match({ end, last }, { end: 'whole', last: { case: 'finished' } })
  t.ok(text.length >= 10 * 1024 * 1024, `${text.length} characters`)
  const deltas = parts.flatMap(({ part }) => (part.case === 'text' ? [part.value.delta] : []))
  t.ok(deltas.every((delta) => delta.length <= 65_536))
})

t.test('N-9 a replica on its way out says so on every link, also on one that opens late, and ends what it has', async (t) => {
  const { world, link } = await startLinkedWorld(t)
  const call = await link.ask(says('[[tokens=40]]'))
  world.deps.links.leave()
  await waitFor('the word', () => link.states.some(({ leaving }) => leaving))
  t.equal((await call.answer).end, 'whole')
  const late = await openLink(world)
  await waitFor('the word', () => late.states.some(({ leaving }) => leaving))
})

t.test('A-23 what is no request of a link ends that link, and what is no link is answered 404', async (t) => {
  const { world, link } = await startLinkedWorld(t)
  for (const garbage of ['{', 'null', '7', '{}', '{"call":{}}', '{"call":{"request":{}}}']) {
    const other = await openLink(world)
    const closed = once(other.socket, 'close')
    other.send(garbage)
    t.equal((await closed)[0], 1002, garbage)
  }
  const nowhere = new WebSocket(`${world.url.replace('http', 'ws')}/internal/elsewhere`)
  t.match((await once(nowhere, 'error'))[0], /404/)
  t.equal((await (await link.ask(says('[[tokens=3]]'))).answer).end, 'whole', 'the others are not disturbed')
})
