import { added, type Percentiles, rounded } from './percentiles.ts'
import type { SubjectName } from './router-subjects.ts'

interface Measured {
  shed: number
  failures: Record<string, number>
  /** Of one core, by process. */
  coreShare: Record<string, number>
  /** Largest resident memory, by process, MiB. */
  rssMb: Record<string, number>
}

export interface StreamsCaseFigures extends Measured {
  kind: 'streams'
  chunksPerSecond: number
  /** Of the subject. */
  cpuSecondsPerMillionChunks?: number
  firstTokenMs: Percentiles
  tokenMs: Percentiles
  completed: number
}

export interface RequestsCaseFigures extends Measured {
  kind: 'requests'
  requestsPerSecond: number
  cpuMsPerRequest?: number
  answerMs: Percentiles
  waiting: number
}

export type CaseFigures = StreamsCaseFigures | RequestsCaseFigures
type Figures = Partial<Record<SubjectName, Record<string, CaseFigures>>>

/** Our router against the bare pipe and a direct connection. A part whose cases were not run is left out. */
export interface RouterComparison {
  /** parley / pipe. */
  ratios: Record<string, number>
  /** Answers of ours that broke off, lacked something or were refused for another reason than too much load, in all its cases. */
  failed?: number
  /** Beside a direct connection, in the largest paced case in which the subject's core is not too busy. */
  added?: { case: string; coreShare: number; firstTokenMs: Percentiles; tokenMs: Percentiles }
  /** At 1,000 streams, MiB. */
  rssMb?: number
  overload?: { shed: number; firstTokenMs: Percentiles; coreShare: number }
}

/** Latencies are promised for a core that is at most this busy. */
const BUSY_SHARE = 0.6
/** In the order of their load. */
const PACED = ['streams-100', 'streams-200', 'streams-1000'] as const

export function compareRouters(figures: Figures): RouterComparison {
  const { direct = {}, pipe = {}, parley = {} } = figures
  const ratio = (id: string, figure: string): number | undefined => {
    const [ours, theirs] = [parley[id], pipe[id]].map((one) => (one as Record<string, unknown> | undefined)?.[figure])
    return typeof ours === 'number' && typeof theirs === 'number' ? rounded(ours / theirs) : undefined
  }
  const ratios = {
    saturatedChunksPerSecond: ratio('saturated', 'chunksPerSecond'),
    cpuPerChunkAt200Streams: ratio('streams-200', 'cpuSecondsPerMillionChunks'),
    cpuPerChunkSaturated: ratio('saturated', 'cpuSecondsPerMillionChunks'),
    unpacedChunksPerSecond: ratio('unpaced', 'chunksPerSecond'),
    requestsPerSecond: ratio('requests-50', 'requestsPerSecond'),
    cpuPerRequestAt500: ratio('requests-500-per-s', 'cpuMsPerRequest'),
  }
  const quiet = PACED.filter((id) => parley[id]?.kind === 'streams' && direct[id]?.kind === 'streams')
  const chosen = quiet.findLast((id) => (parley[id]?.coreShare.subject ?? 1) <= BUSY_SHARE) ?? quiet[0]
  const overload = parley.overload
  const failures = Object.values(parley).flatMap((one) => Object.values(one.failures))
  const baseline = PACED.map((id) => direct[id]).findLast((one) => one?.kind === 'streams')
  return {
    ratios: Object.fromEntries(Object.entries(ratios).filter((entry): entry is [string, number] => entry[1] !== undefined)),
    ...(figures.parley && { failed: failures.reduce((sum, count) => sum + count, 0) }),
    ...(chosen && { added: { case: chosen, ...addedBetween(parley[chosen], direct[chosen]) } }),
    ...(parley['streams-1000'] && { rssMb: parley['streams-1000'].rssMb.subject }),
    ...(overload?.kind === 'streams' &&
      baseline && {
        overload: {
          ...{ shed: overload.shed, coreShare: overload.coreShare.subject ?? Number.NaN },
          firstTokenMs: added(overload.firstTokenMs, baseline.firstTokenMs),
        },
      }),
  }
}

function addedBetween(ours: CaseFigures | undefined, direct: CaseFigures | undefined) {
  if (ours?.kind !== 'streams' || direct?.kind !== 'streams') throw new Error('only streams have tokens')
  return {
    coreShare: ours.coreShare.subject ?? Number.NaN,
    firstTokenMs: added(ours.firstTokenMs, direct.firstTokenMs),
    tokenMs: added(ours.tokenMs, direct.tokenMs),
  }
}
