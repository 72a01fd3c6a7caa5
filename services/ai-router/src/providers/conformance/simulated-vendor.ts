import { type Fault, type ProviderName, startProviderSimulator } from '@parley/simulators'
import type { Expected, Scene, VendorDouble } from './vendor-double.ts'

const TOKENS = ['Parley ', 'is ', 'a ', 'chat ', 'service.']

/** The simulator that `npm start` answers with when there is no key, behind the same face as the fixtures. */
export async function startSimulatedVendor(provider: ProviderName): Promise<VendorDouble> {
  const departures = new Set<() => void>()
  const simulator = await startProviderSimulator({ answer: async () => ({ text: TOKENS.join('') }) })
  const play = (scene: Scene): Expected | undefined => {
    const fault = faultOf(scene)
    if (fault === 'cannot') return undefined
    simulator.faults.clear()
    if (fault) simulator.faults.add(fault)
    simulator.setAnswer(async (_request, signal) => {
      signal.addEventListener('abort', () => {
        for (const leave of departures) leave()
      })
      return { text: TOKENS.join('') }
    })
    const afterTokens = 'afterTokens' in scene && typeof scene.afterTokens === 'number' ? scene.afterTokens : 0
    return { text: scene.kind === 'answer' ? TOKENS.join('') : TOKENS.join('').split(/(?= )/).slice(0, afterTokens).join('') }
  }
  return {
    baseUrl: provider === 'openai' ? simulator.openaiUrl : simulator.anthropicUrl,
    play,
    lastBody: () => JSON.stringify(simulator.requests().at(-1)),
    clientLeft: () =>
      new Promise((resolve) => {
        const leave = () => {
          departures.delete(leave)
          resolve()
        }
        departures.add(leave)
      }),
    bytesSent: () => 0,
    close: () => simulator.close(),
  }
}

/** The simulator's word for a scene. */
function faultOf(scene: Scene): Fault | undefined | 'cannot' {
  switch (scene.kind) {
    case 'answer':
      return scene.usage === 'missing' ? 'cannot' : undefined
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
