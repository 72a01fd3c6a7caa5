import { type Fault, type ProviderName, splitTokens, startProviderSimulator } from '@parley/simulators'
import { createOccasion, EXPECTED_CALLS, type Expected, type Scene, type VendorDouble } from './vendor-double.ts'

const TEXT = 'Parley is a chat service.'

/** The simulator that `npm start` answers with when there is no key, behind the same face as the fixtures. */
export async function startSimulatedVendor(provider: ProviderName): Promise<VendorDouble> {
  const departure = createOccasion()
  let callsTools = false
  const simulator = await startProviderSimulator({
    answer: async (_request, signal) => {
      signal.addEventListener('abort', departure.happened)
      return callsTools ? { text: '', toolCalls: EXPECTED_CALLS } : { text: TEXT }
    },
  })
  return {
    baseUrl: simulator[`${provider}Url`],
    canPlay: (scene) => faultOf(scene) !== 'cannot',
    play(scene): Expected {
      const fault = faultOf(scene)
      callsTools = scene.kind === 'tool_calls'
      simulator.faults.clear()
      if (fault && fault !== 'cannot') simulator.faults.add(fault)
      return { text: splitTokens(TEXT).slice(0, tokensBefore(scene)).join('') }
    },
    lastPrefill() {
      const { prefill, messages } = simulator.requests().at(-1) ?? { prefill: '', messages: [] }
      // Where the model is asked to go on, the text is a message of its own.
      return prefill || (messages.findLast(({ role }) => role === 'assistant')?.text ?? '')
    },
    asked: async () => void (await simulator.waitForRequest(({ outcome }) => outcome === 'running')),
    clientLeft: departure.next,
    bytesSent: () => 0,
    close: () => simulator.close(),
  }
}

function tokensBefore(scene: Scene): number {
  if (scene.kind === 'answer') return Number.POSITIVE_INFINITY
  return 'afterTokens' in scene && typeof scene.afterTokens === 'number' ? scene.afterTokens : 0
}

/** The simulator's word for a scene. */
function faultOf(scene: Scene): Fault | undefined | 'cannot' {
  switch (scene.kind) {
    case 'answer':
      return scene.usage === 'missing' ? 'cannot' : undefined
    case 'tool_calls':
      return undefined
    case 'refusal':
      if (scene.why) return 'cannot'
      return scene.status === 429 ? { kind: 'rate_limited', retryAfterS: scene.retryAfterS } : { kind: 'status', status: scene.status }
    case 'reset':
      return scene.afterTokens === 'no_head' ? { kind: 'reset' } : { kind: 'reset', afterTokens: scene.afterTokens }
    case 'truncate':
    case 'stall':
    case 'malformed':
    case 'error_event':
      return { kind: scene.kind, afterTokens: scene.afterTokens }
    default:
      return 'cannot'
  }
}
