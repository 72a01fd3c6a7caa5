import { setTimeout as delay } from 'node:timers/promises'
import type { Affinity } from './affinity.ts'
import type { RequestsFigures, RequestsOrder } from './generate-requests.ts'
import type { StreamsFigures, StreamsOrder } from './generate-streams.ts'
import type { RequestTemplate } from './lean-connection.ts'
import { rounded } from './percentiles.ts'
import { type CaseFigures, compareRouters, type RouterComparison } from './router-comparison.ts'
import type { Subject, SubjectName } from './router-subjects.ts'
import type { RouterWorld } from './router-world.ts'

/** Streams that are open at a time. */
export interface StreamsCase {
  streams: number
  /** Chunks a second of one answer; 0: as fast as they are taken. */
  rate: number
}

/** Requests that do not stream. */
export interface RequestsCase {
  connections: number
  /** A second; 0: each connection asks again as soon as it was answered. */
  perSecond: number
}

export interface RouterLoad {
  subjects: readonly SubjectName[]
  cases: Readonly<Record<string, StreamsCase | RequestsCase>>
  /** Cases that only some subjects run. */
  only?: Readonly<Record<string, readonly SubjectName[]>>
  /** Of one streamed answer. */
  chunks: number
  /** What is measured of each case, s. */
  window: number
}

export interface RouterResult extends RouterComparison {
  isPinned: boolean
  subjects: Partial<Record<SubjectName, Record<string, CaseFigures>>>
}

/** What a case leaves to be done behind it (bookings, events) is not to fall into the next one. */
const SETTLE_MS = 1_000
const START_MS = 3_000
const WARM_UP_MS = 1_500
/** For streams that are not paced, and for requests, before anything counts. */
const RUN_UP_MS = 500

/** Each subject runs all cases in a process of its own, one subject after the other. */
export async function measureRouter(world: RouterWorld, affinity: Affinity, load: RouterLoad): Promise<RouterResult> {
  const subjects: RouterResult['subjects'] = {}
  // Databases tidy up behind their start.
  await delay(Math.min(START_MS, load.window * 1_000))
  for (const name of load.subjects) {
    const subject = await world.start(name)
    try {
      if (subject.pid > 0) affinity.pinSubject(subject.pid)
      subjects[name] = await runCases(world, name, subject, load)
    } finally {
      await subject.stop()
    }
  }
  return { isPinned: affinity.isPinned, subjects, ...compareRouters(subjects) }
}

async function runCases(
  world: RouterWorld,
  name: SubjectName,
  subject: Subject,
  { cases, only = {}, chunks, window }: RouterLoad,
): Promise<Record<string, CaseFigures>> {
  const windowMs = window * 1_000
  const watched = [...world.watched, ...(subject.pid > 0 ? [{ name: 'subject', pid: subject.pid }] : [])]
  const run = async (one: StreamsCase | RequestsCase, measuredMs: number): Promise<CaseFigures> => {
    const templates = await templatesFor(subject, one, chunks)
    const common = { url: subject.url, templates, watched, windowMs: measuredMs }
    if ('streams' in one) {
      const { streams, rate } = one
      // Spread over the time of an answer, so that as many begin and end at any moment.
      const rampMs = rate > 0 ? (chunks / rate) * 1_000 : Math.min(RUN_UP_MS, measuredMs)
      const order: StreamsOrder = { kind: 'streams', ...common, streams, chunks, rampMs }
      return streamsFigures(await world.generator.ask<StreamsFigures>(order))
    }
    const order: RequestsOrder = { kind: 'requests', ...common, ...one, warmUpMs: Math.min(RUN_UP_MS, measuredMs) }
    return requestsFigures(await world.generator.ask<RequestsFigures>(order))
  }
  const warmUpMs = Math.min(WARM_UP_MS, windowMs)
  await run({ streams: 50, rate: 0 }, warmUpMs)
  await run({ connections: 20, perSecond: 0 }, warmUpMs)
  const figures: Record<string, CaseFigures> = {}
  for (const [id, one] of Object.entries(cases)) {
    if (only[id]?.includes(name) === false) continue
    await delay(Math.min(SETTLE_MS, windowMs))
    figures[id] = await run(one, windowMs)
  }
  return figures
}

async function templatesFor(subject: Subject, one: StreamsCase | RequestsCase, chunks: number): Promise<RequestTemplate[]> {
  const rate = 'rate' in one ? one.rate : 0
  const content = `Tell me about number @: bench tokens=${chunks} rate=${rate}`
  const body = JSON.stringify({
    model: MODEL,
    ...('streams' in one && { stream: true }),
    messages: [
      { role: 'system', content: 'You are a helpful assistant. Answer in full sentences.' },
      { role: 'user', content },
    ],
  })
  return (await subject.clients()).map((headers) => ({ path: '/v1/chat/completions', headers, body }))
}

const MODEL = 'gpt-5.4-nano'

function streamsFigures({ chunks, firstTokenMs, tokenMs, completed, shed, failures, ...use }: StreamsFigures): CaseFigures {
  const { seconds, cpuSeconds, rssMb } = use
  return {
    kind: 'streams',
    chunksPerSecond: Math.round(chunks / seconds),
    ...(cpuSeconds.subject !== undefined && { cpuSecondsPerMillionChunks: rounded((cpuSeconds.subject / chunks) * 1e6) }),
    ...{ firstTokenMs, tokenMs, completed, shed, failures, coreShare: sharesOf(cpuSeconds, seconds), rssMb },
  }
}

function requestsFigures({ requests, answerMs, waiting, shed, failures, ...use }: RequestsFigures): CaseFigures {
  const { seconds, cpuSeconds, rssMb } = use
  return {
    kind: 'requests',
    requestsPerSecond: rounded(requests / seconds, 1),
    ...(cpuSeconds.subject !== undefined && { cpuMsPerRequest: rounded((cpuSeconds.subject / requests) * 1e3) }),
    ...{ answerMs, waiting, shed, failures, coreShare: sharesOf(cpuSeconds, seconds), rssMb },
  }
}

const sharesOf = (cpuSeconds: Record<string, number>, seconds: number): Record<string, number> =>
  Object.fromEntries(Object.entries(cpuSeconds).map(([name, cpu]) => [name, rounded(cpu / seconds)]))
