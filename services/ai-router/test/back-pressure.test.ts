import { once } from 'node:events'
import { request } from 'node:http'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startFixtureVendor } from '../src/providers/conformance/fixture-vendor.ts'
import { bytesWhenFull } from '../src/providers/conformance/vendor-double.ts'
import { openaiWire } from '../src/providers/conformance/wires.ts'
import { says, startWorld } from './harness.ts'

/**
 * Kernel buffers of three sockets on one machine, and our own. A vendor's event is several times as long as the line we make of
 * it, so ten full megabytes towards the caller are some fifty of the vendor's; an answer without an end would fill gigabytes.
 */
const BOUND_BYTES = 128 * 1024 * 1024

t.test('a caller that does not read stops the vendor: what waits in between is bounded', async (t) => {
  const vendor = await startFixtureVendor(openaiWire)
  t.teardown(() => vendor.close())
  vendor.play({ kind: 'endless' })
  const world = await startWorld(t, { env: { OPENAI_BASE_URL: vendor.baseUrl, TOKEN_GAP_TIMEOUT_MS: '300' } })
  const callId = newId()
  const call = request(`${world.url}/internal/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await world.headers()) },
  })
  const { userId } = world.principal
  call.end(JSON.stringify({ callId, turnId: newId(), userId, plan: 'free', ...says('Talk for ever.') }))
  const [response] = await once(call, 'response')
  response.pause()

  const sent = await bytesWhenFull(vendor)
  t.ok(sent < BOUND_BYTES, `${sent} bytes were taken from the vendor`)
  t.equal(world.deps.running.size, 1, 'a slow reader is waited for: the gap clock is the vendor’s')

  const left = vendor.clientLeft()
  call.destroy()
  await left
  t.match(await world.endedCall(callId), { outcome: 'aborted', isEstimated: true })
})
