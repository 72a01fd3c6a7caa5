import { setTimeout as delay } from 'node:timers/promises'
import { countTokens } from '@parley/simulators'
import { makeOnce, seconds } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'
import { percentile } from '../gaps.ts'
import type { TurnRecord } from '../load/turn-record.ts'

/** One way in which a vendor fails. */
interface Mode {
  name: string
  /** Words of the scripted vendors' directive. */
  orders: string
  /** The vendor has worked, and bills it. */
  isBilled: boolean
}

interface FaultyTurn {
  mode: Mode
  record: TurnRecord
}

const modes: readonly Mode[] = [
  { name: '500', orders: 'fault=status status=500', isBilled: false },
  { name: '429', orders: 'fault=rate_limited retry=1', isBilled: false },
  { name: 'a reset at once', orders: 'fault=reset', isBilled: false },
  { name: 'a slow first byte', orders: 'fault=slow_first_token delay=8000', isBilled: true },
  { name: 'a stall before the first token', orders: 'fault=stall', isBilled: true },
  { name: 'a cut before the first token', orders: 'fault=truncate', isBilled: true },
  { name: 'a malformed first event', orders: 'fault=malformed', isBilled: true },
  { name: 'a reset after 10 tokens', orders: 'fault=reset after=10', isBilled: true },
  { name: 'a stall after 10 tokens', orders: 'fault=stall after=10', isBilled: true },
  { name: 'a cut after 10 tokens', orders: 'fault=truncate after=10', isBilled: true },
  { name: 'a malformed event after 10 tokens', orders: 'fault=malformed after=10', isBilled: true },
  { name: 'an error event after 10 tokens', orders: 'fault=error_event after=10', isBilled: true },
]

/**
 * By turns the platform's choice, which is the one vendor, and a model of the other. Ordinary questions go to both as well: a vendor of
 * which nothing but failures is seen is soon not asked any more, and nobody is left to be asked in place of the other.
 */
const models = [undefined, 'claude-haiku-4-5'] as const
const PEOPLE = 24
/** Ordinary answers come to their end in between, so that a vendor that fails now and then is not taken for one that is away. */
const PAUSE_MS = [500, 1_000] as const
const LATER_MS = 2_000

export const vendorFailing: Fault = {
  id: 'F-15',
  promise:
    'a vendor that fails in any way: the next one begins the answer or somebody goes on with it, first token p95 at most 2 s later, waste is the platform’s',
  prepare() {
    const faulty: FaultyTurn[] = []
    return {
      replicas: { chat: 2, gateway: 2, 'ai-router': 2 },
      models,
      drive: async (run) => {
        faulty.push(...(await inEveryWay(run)))
      },
      check: async (run) => [...neverFaulty(run, faulty), ...begunLate(run, faulty), ...(await wronglyBooked(run, faulty))],
    }
  },
}

/** Each mode `count` times, one after the other, in the middle of ordinary traffic; answers may overlap. */
async function inEveryWay(run: Run): Promise<FaultyTurn[]> {
  const { random, streams, count, say } = run
  const turns: Promise<FaultyTurn>[] = []
  const ask = async (mode: Mode, number: number): Promise<FaultyTurn> => {
    let record: TurnRecord | undefined
    await makeOnce(
      run,
      async () => {
        record = await streams.ask(turns.length % PEOPLE, { orders: `${mode.orders} times=1`, model: models[number % models.length] })
        return mode.name
      },
      number,
    )
    if (!record) throw new Error('the question was not asked')
    return { mode, record }
  }
  for (let number = 1; number <= count; number += 1) {
    for (const mode of random.shuffle(modes)) {
      await delay(random.between(...PAUSE_MS))
      turns.push(ask(mode, number))
    }
    say(`${number}/${count} every mode ordered`)
  }
  return Promise.all(turns)
}

/** It proves nothing when the question was answered by whoever was asked first. */
function neverFaulty({ world }: Run, faulty: FaultyTurn[]): string[] {
  const asked = new Map<string, number>()
  for (const { messages } of world.vendorRequests) {
    const prompt = messages.findLast(({ role }) => role === 'user')?.text ?? ''
    asked.set(prompt, (asked.get(prompt) ?? 0) + 1)
  }
  const untouched = faulty.filter(({ record }) => (asked.get(record.script.prompt) ?? 0) < 2)
  return untouched.map(({ mode, record }) => `turn ${record.id} was to meet ${mode.name} and was asked of one vendor once`)
}

function begunLate({ streams, windows, say }: Run, faulty: FaultyTurn[]): string[] {
  const hasFault = new Set(faulty.map(({ record }) => record.id))
  // The first ones all began together, on a platform that was cold.
  const sinceMs = Math.min(...windows.map(({ madeAtMs }) => madeAtMs))
  const others = streams.records.filter(({ id, sentAtMs }) => sentAtMs >= sinceMs && !hasFault.has(id))
  const usualMs = percentile(others.map(firstTokenMs), 0.95)
  say(`first token p95 of ${others.length} turns without a fault ${seconds(usualMs)}`)
  return [...Map.groupBy(faulty, ({ mode }) => mode.name)].flatMap(([name, turns]) => {
    const times = turns.map(({ record }) => firstTokenMs(record))
    const p95Ms = percentile(times, 0.95)
    const completed = turns.filter(({ record }) => record.end === 'completed').length
    say(`${name}: ${completed} of ${turns.length} completed, first token p50 ${seconds(percentile(times, 0.5))}, p95 ${seconds(p95Ms)}`)
    return p95Ms - usualMs > LATER_MS
      ? [
          `${name}: first token p95 of ${seconds(p95Ms)}, without a fault ${seconds(usualMs)}; at most ${seconds(LATER_MS)} more are promised`,
        ]
      : []
  })
}

const firstTokenMs = ({ sentAtMs, textAtMs }: TurnRecord): number => (textAtMs[0] ?? Number.POSITIVE_INFINITY) - sentAtMs

/** Users pay for no more than they were shown; what a vendor bills for what was lost is the platform's. */
async function wronglyBooked({ world }: Run, faulty: FaultyTurn[]): Promise<string[]> {
  // Wasted is a leg of a call that was answered all the same, or a call as a whole where chat asked anew.
  const rows = await world.rows<{ turnId: string; charged: number; wasted: string }>(
    'usage',
    `SELECT e.turn_id AS "turnId", coalesce(sum(e.output_tokens) FILTER (WHERE e.account = 'user'), 0)::int AS charged,
            (coalesce(sum(e.cost_micro_usd) FILTER (WHERE e.account = 'platform'), 0) + coalesce(sum(w.cost), 0))::text AS wasted
     FROM usage_event e LEFT JOIN (
       SELECT call_id, sum(cost_micro_usd) AS cost FROM wasted_leg GROUP BY 1
     ) w ON w.call_id = e.call_id
     WHERE e.turn_id = ANY($1::uuid[]) GROUP BY 1`,
    [faulty.map(({ record }) => record.id)],
  )
  return faulty.flatMap(({ mode, record: { id, text } }) => {
    const row = rows.find(({ turnId }) => turnId === id)
    const shown = countTokens(text)
    return [
      ...(row && row.charged > shown ? [`turn ${id} with ${mode.name} shows ${shown} tokens and is charged ${row.charged}`] : []),
      ...(mode.isBilled && BigInt(row?.wasted ?? 0) === 0n ? [`turn ${id} with ${mode.name} wasted tokens that are on no account`] : []),
    ]
  })
}
