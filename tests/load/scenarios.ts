import type { RouterLoad } from './measure-router.ts'
import type { SocketsLoad } from './measure-sockets.ts'
import type { StopsLoad } from './measure-stops.ts'
import type { TurnsLoad } from './measure-turns.ts'
import { subjectNames } from './router-subjects.ts'

/** A figure, named by its path in the result, and the most or least it may be. */
export interface Goal {
  figure: string
  atMost?: number
  atLeast?: number
}

interface Described {
  id: string
  about: string
  goals: Goal[]
}

export type TurnsScenario = Described & { kind: 'turns'; load: TurnsLoad }
export type SocketsScenario = Described & { kind: 'sockets'; load: SocketsLoad }
export type StopsScenario = Described & { kind: 'stops'; load: StopsLoad }
export type RouterScenario = Described & { kind: 'router'; load: RouterLoad }
/** What needs the whole platform. */
export type PlatformScenario = TurnsScenario | SocketsScenario | StopsScenario
export type Scenario = PlatformScenario | RouterScenario

const nothing = (...figures: string[]): Goal[] => figures.map((figure) => ({ figure, atMost: 0 }))
const whole = nothing('lost', 'duplicate', 'reordered', 'failed')

/**
 * Conversations as people have them: two turns, answers of 215 tokens (about the means reported for a million real ones, LMSYS-Chat-1M,
 * Zheng et al. 2023). The starts are spread over the time of an answer, so that at any moment as many begin as end.
 */
const ANSWER_TOKENS = 215
const steadily = (load: Pick<TurnsLoad, 'turns' | 'rate'>): TurnsLoad => ({
  ...load,
  ...{ answer: ANSWER_TOKENS, rounds: 2, ramp: ANSWER_TOKENS / load.rate },
})

/** The goals hold for two cores with everything on the same machine. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'turns',
    about: '100 answers at a time, 20 tokens a second each',
    kind: 'turns',
    load: steadily({ turns: 100, rate: 20 }),
    goals: [
      ...whole,
      { figure: 'firstTokenMs.added.p50', atMost: 15 },
      { figure: 'firstTokenMs.added.p99', atMost: 60 },
      { figure: 'tokenMs.added.p50', atMost: 5 },
      { figure: 'tokenMs.added.p99', atMost: 40 },
    ],
  },
  {
    id: 'turns-500',
    about: '500 answers at a time, 10 tokens a second each',
    kind: 'turns',
    load: steadily({ turns: 500, rate: 10 }),
    goals: [...whole, { figure: 'firstTokenMs.added.p99', atMost: 250 }],
  },
  {
    id: 'sockets',
    about: '10,000 idle sockets on one gateway, and all of them coming back at once',
    kind: 'sockets',
    load: { sockets: 10_000, ramp: 15, hold: 10 },
    goals: [
      ...nothing('errors'),
      { figure: 'opened', atLeast: 10_000 },
      { figure: 'reopened', atLeast: 10_000 },
      { figure: 'gatewayRssMb.idle', atMost: 400 },
      { figure: 'stormSeconds', atMost: 60 },
    ],
  },
  {
    id: 'stop',
    about: '50 answers at a time on two replicas, each stopped through another gateway',
    kind: 'stops',
    load: { turns: 50, rate: 20, rounds: 4, ramp: 3 },
    goals: [...nothing('failed'), { figure: 'stopMs.p99', atMost: 300 }],
  },
  {
    id: 'router',
    about: 'the ai-router between a client and a vendor, against a bare pipe, the openai SDK and Portkey’s gateway',
    kind: 'router',
    load: {
      subjects: subjectNames,
      cases: {
        'streams-100': { streams: 100, rate: 50 },
        'streams-200': { streams: 200, rate: 50 },
        'streams-1000': { streams: 1_000, rate: 50 },
        saturated: { streams: 1_500, rate: 50 },
        unpaced: { streams: 200, rate: 0 },
        'requests-50': { connections: 50, perSecond: 0 },
        'requests-500-per-s': { connections: 500, perSecond: 500 },
        overload: { streams: 2_000, rate: 50 },
      },
      only: {
        'streams-100': ['direct', 'pipe', 'parley'],
        unpaced: ['pipe', 'sdk', 'portkey', 'parley'],
        'requests-50': ['pipe', 'sdk', 'portkey', 'parley'],
        overload: ['parley'],
      },
      chunks: 200,
      window: 3,
    },
    goals: [
      ...nothing('failed'),
      { figure: 'ratios.saturatedChunksPerSecond', atLeast: 0.65 },
      { figure: 'ratios.cpuPerChunkAt200Streams', atMost: 1.25 },
      { figure: 'ratios.cpuPerChunkSaturated', atMost: 1.5 },
      { figure: 'ratios.requestsPerSecond', atLeast: 0.6 },
      { figure: 'added.firstTokenMs.p50', atMost: 2 },
      { figure: 'added.firstTokenMs.p99', atMost: 10 },
      { figure: 'added.tokenMs.p50', atMost: 0.3 },
      { figure: 'added.tokenMs.p99', atMost: 8 },
      { figure: 'rssMb', atMost: 200 },
      { figure: 'overload.firstTokenMs.p99', atMost: 250 },
    ],
  },
]
