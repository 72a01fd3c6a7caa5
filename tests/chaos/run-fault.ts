import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { type Audit, auditWhenSettled, missingConversations, storedTurns } from './audit.ts'
import type { Bounds, Fault, FaultWindow, Plan, Run, Settings } from './fault.ts'
import { percentile, ranDuring, returnOf, silenceOf, textSilenceOf } from './gaps.ts'
import { type RestAnswer, startRestLoad } from './load/rest.ts'
import { startStreams } from './load/streams.ts'
import type { TurnRecord } from './load/turn-record.ts'
import { createRandom } from './random.ts'
import { judge } from './tally.ts'
import { startWorld, type World } from './world.ts'

export interface RunOptions extends Settings {
  seed: number
  streams: number
  restPerSecond: number
  say(text: string): void
  /** Where the logs go of a run that did not pass. */
  logsDirectory?: string
}

export interface FaultResult {
  id: string
  isPassed: boolean
  ok: number
  lost: number
  duplicate: number
  unexpected: number
  /** Longest silence each stream saw that ran during a fault. */
  gapMs: { p50: number; max: number }
  /** Streams that ran during a fault, how often it was made, and how many turns were refused for a while or shown anew. */
  affected: number
  injections: number
  refused: number
  restarted: number
  rest: { byClass: Record<string, number>; maxMs: number; repeated: number }
  sums: Record<keyof Audit, number | string>
  /** Longest time this program itself could not run: what it measures is no finer than that. */
  ownDelayMs: number
  /** Why it did not pass, a sentence each. */
  findings: string[]
  seed: number
  durationS: number
}

const PEOPLE = 24
const WARM_UP_MS = 2_000
const SHOWN_FINDINGS = 20

/** Runs one fault on a platform of its own. */
export async function runFault(fault: Fault, options: RunOptions): Promise<FaultResult> {
  const plan = fault.prepare(options)
  const world = await startWorld({ ...plan, people: PEOPLE })
  try {
    const result = await runPlan(fault.id, plan, world, options)
    if (!result.isPassed && options.logsDirectory) {
      world.saveLogs(options.logsDirectory)
      options.say(`logs of the run: ${options.logsDirectory}`)
    }
    return result
  } finally {
    await world.close()
    await plan.close?.()
  }
}

/** Runs a fault on a platform that is there. */
export async function runPlan(id: string, plan: Plan, world: World, options: RunOptions): Promise<FaultResult> {
  const { seed, count, say } = options
  const startedMs = performance.now()
  const ownDelay = monitorEventLoopDelay()
  ownDelay.enable()
  const random = createRandom(seed)
  const doubleFramesBefore = world.frames.doubleFrames.length
  const streams = startStreams({
    people: world.people,
    origin: world.url,
    gateways: () => world.gateways,
    count: options.streams,
    shape: plan.shape,
    models: plan.models,
    random,
  })
  const rest = startRestLoad({
    people: world.people,
    gateways: () => world.gateways,
    perSecond: options.restPerSecond,
    conversationOf: (userId) =>
      streams.records.findLast((record) => record.userId === userId && record.acceptedAtMs !== null)?.conversationId ?? null,
    random,
  })
  const run: Run = { world, streams, rest, random, count, windows: [], say }
  try {
    await delay(WARM_UP_MS)
    await plan.drive(run)
  } catch (error) {
    // Where the fault could not be made nothing was proven, and load that went on would keep this process from ending.
    streams.abandon()
    await rest.finish()
    throw error
  }
  await Promise.all([streams.finish(), rest.finish()])

  const { audit, disagreements } = await auditWhenSettled(world)
  const tally = await tallyTurns(run, plan)
  const restFindings = restFindingsOf(rest.answers, plan, run.windows)
  const doubleFrames = world.frames.doubleFrames.slice(doubleFramesBefore)
  const missing = await missingConversations(world, rest.acknowledged)
  const affected = affectedBy(streams.records, run.windows)
  const gaps = affected.map(({ record, window }) => silenceOf(record, window))
  const findings = [
    ...tally.findings,
    ...restFindings.texts,
    ...doubleFrames.slice(0, SHOWN_FINDINGS).map(({ turnId, seq }) => `turn ${turnId}: frame ${seq} was published by two owners`),
    ...(missing > 0 ? [`${missing} conversations are gone whose making was acknowledged`] : []),
    ...boundFindings(affected, plan.bounds ?? {}),
    ...disagreements,
    ...(run.windows.length === 0 ? ['the fault was not made even once'] : []),
    ...((await plan.check?.(run)) ?? []),
  ]
  return {
    id,
    isPassed: findings.length === 0,
    ok: tally.counts.ok,
    lost: tally.counts.lost + missing,
    duplicate: tally.counts.duplicate,
    unexpected: tally.counts.unexpected + restFindings.count + doubleFrames.length,
    gapMs: { p50: Math.round(percentile(gaps, 0.5)), max: Math.round(Math.max(0, ...gaps)) },
    affected: affected.length,
    injections: run.windows.length,
    refused: streams.records.filter(({ refusals }) => refusals.length > 0).length,
    restarted: streams.records.reduce((sum, { restarts }) => sum + restarts, 0),
    rest: summaryOf(rest.answers),
    sums: printable(audit),
    ownDelayMs: Math.round(ownDelay.max / 1e6),
    findings,
    seed,
    durationS: Math.round((performance.now() - startedMs) / 1_000),
  }
}

async function tallyTurns({ world, streams }: Run, { allows = {} }: Plan) {
  const stored = await storedTurns(
    world,
    streams.records.map(({ id }) => id),
  )
  const counts = { ok: 0, lost: 0, duplicate: 0, unexpected: 0 }
  const findings: string[] = []
  for (const record of streams.records) {
    const turn = stored.get(record.id)
    const { kind, why } = judge(record, turn, allows)
    counts[kind] += 1
    if (kind !== 'ok' && findings.length < SHOWN_FINDINGS)
      findings.push(`${kind}: turn ${record.id} (attempt ${turn?.attempt ?? '-'}) ${why}`)
  }
  return { counts, findings }
}

interface Affected {
  record: TurnRecord
  window: FaultWindow
}

const affectedBy = (records: readonly TurnRecord[], windows: FaultWindow[]): Affected[] =>
  windows.flatMap((window) => records.filter((record) => ranDuring(record, window)).map((record) => ({ record, window })))

function boundFindings(affected: Affected[], { gapMs, textGapMs, resumeMs, backMs }: Bounds): string[] {
  const worst = (what: string, boundMs: number | undefined, measure: (one: Affected) => number | null): string[] => {
    if (boundMs === undefined) return []
    const beyond = affected.map((one) => ({ ...one, ms: measure(one) ?? 0 })).filter(({ ms }) => ms > boundMs)
    const [first] = beyond.sort((one, other) => other.ms - one.ms)
    if (!first) return []
    return [
      `${what} of ${Math.round(first.ms)} ms, at most ${boundMs} are promised: turn ${first.record.id}, ${first.window.what}; ${beyond.length} in all`,
    ]
  }
  return [
    ...worst('a silence', gapMs, ({ record, window }) => silenceOf(record, window)),
    ...worst('a silence between texts', textGapMs, ({ record, window }) => textSilenceOf(record, window)),
    ...worst('a resume', resumeMs, ({ record }) => Math.max(0, ...record.resumesMs)),
    ...worst('a wait after the return', backMs, ({ record, window }) => returnOf(record, window)),
  ]
}

function restFindingsOf(
  answers: readonly RestAnswer[],
  { restAllows = [], bounds = {} }: Plan,
  windows: FaultWindow[],
): { count: number; texts: string[] } {
  const wrong = answers.filter((answer) => answer.class !== '2xx' && !restAllows.includes(answer.class))
  const slow = answers.filter(({ durationMs }) => durationMs > (bounds.restMs ?? Number.POSITIVE_INFINITY))
  const [slowest] = slow.toSorted((one, other) => other.durationMs - one.durationMs)
  return {
    count: wrong.length,
    texts: [
      ...[...Map.groupBy(wrong, ({ request, class: kind }) => `${kind} to ${request}`)].map(([what, list]) => {
        const [first] = list
        return `REST: ${list.length} times ${what}${first ? `, first ${momentOf(first, windows)}` : ''}`
      }),
      ...(slowest
        ? [
            `REST: ${slow.length} answers took longer than ${bounds.restMs} ms, the longest ${Math.round(slowest.durationMs)}: ` +
              `${slowest.class} to ${slowest.request}, sent ${momentOf(slowest, windows)}`,
          ]
        : []),
    ],
  }
}

/** When a request was sent, as a person looks for it in the logs. */
function momentOf({ startedAtMs }: RestAnswer, windows: FaultWindow[]): string {
  const window = windows.findLast(({ madeAtMs }) => madeAtMs <= startedAtMs)
  const at = new Date(performance.timeOrigin + startedAtMs).toISOString()
  return window
    ? `at ${at}, ${((startedAtMs - window.madeAtMs) / 1_000).toFixed(1)} s after a fault began (${window.what})`
    : `at ${at}, before any fault`
}

function summaryOf(answers: readonly RestAnswer[]): FaultResult['rest'] {
  const byClass: Record<string, number> = {}
  for (const answer of answers) byClass[answer.class] = (byClass[answer.class] ?? 0) + 1
  return {
    byClass,
    maxMs: Math.round(answers.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0)),
    repeated: answers.filter(({ isRepeated }) => isRepeated).length,
  }
}

/** JSON knows no bigint. */
const printable = (audit: Audit): FaultResult['sums'] =>
  Object.fromEntries(
    Object.entries(audit).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  ) as FaultResult['sums']
