import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Fault } from './fault.ts'
import { faults } from './faults/all.ts'
import { type FaultResult, runFault } from './run-fault.ts'

const DEFAULT_COUNT = 5
/** For B-1 the count is a number of turns. */
const DEFAULT_TURNS = 200
const STREAMS = 20
const REST_PER_SECOND = 50

const usage = `npm run chaos -- list                     what there is
npm run chaos -- F-1 [F-3 … | all]        run faults, each on a platform of its own

  --count N      how often the fault is made (${DEFAULT_COUNT}); for B-1 the number of turns (${DEFAULT_TURNS})
  --seed N       repeats the random choices of an earlier run
  --json FILE    writes the figures: {"results": [...]}
  --away S       seconds a server stays away or apart, where that is the fault
  --old DIR      F-21: another checkout, installed and generated, that runs beside this one
  --logs DIR     where the logs of runs go that did not pass (.parley/chaos)
`

/** Runs what was asked for; returns the exit code. */
export async function runCommand(args: string[]): Promise<number> {
  const print = (text: string) => void process.stdout.write(`${text}\n`)
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      count: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      away: { type: 'string' },
      old: { type: 'string' },
      logs: { type: 'string', default: join(import.meta.dirname, '../../.parley/chaos') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || positionals.length === 0) {
    print(usage)
    return values.help ? 0 : 1
  }
  if (positionals.includes('list')) {
    for (const { id, promise } of faults) print(`${id.padEnd(5)} ${promise}`)
    return 0
  }
  const wanted = chosen(positionals)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : number('seed', values.seed)
  const results: FaultResult[] = []
  for (const fault of wanted) {
    print(`\n${fault.id}  ${fault.promise}`)
    const result = await runFault(fault, {
      count: values.count === undefined ? (fault.id === 'B-1' ? DEFAULT_TURNS : DEFAULT_COUNT) : number('count', values.count),
      awayMs: values.away === undefined ? null : number('away', values.away) * 1_000,
      old: values.old === undefined ? null : resolve(values.old),
      seed,
      streams: STREAMS,
      restPerSecond: REST_PER_SECOND,
      say: (text) => print(`  ${text}`),
      logsDirectory: join(values.logs, `${fault.id}-${seed}`),
    })
    results.push(result)
    printResult(result, print)
    if (values.json) writeResults(values.json, results)
  }
  const failed = results.filter(({ isPassed }) => !isPassed).length
  print(`\n${results.length - failed} passed, ${failed} failed`)
  return failed > 0 ? 1 : 0
}

function chosen(ids: string[]): Fault[] {
  if (ids.includes('all')) return [...faults]
  return ids.map((id) => {
    const fault = faults.find((one) => one.id.toLowerCase() === id.toLowerCase())
    if (!fault) throw new Error(`there is no fault '${id}'; there are ${faults.map((one) => one.id).join(', ')}`)
    return fault
  })
}

function number(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} needs a number, not '${text}'`)
  return value
}

function writeResults(file: string, results: FaultResult[]): void {
  mkdirSync(dirname(resolve(file)), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ results }, null, 2)}\n`)
}

function printResult(result: FaultResult, print: (text: string) => void): void {
  const {
    ownDelayMs,
    id,
    isPassed,
    ok,
    lost,
    duplicate,
    unexpected,
    gapMs,
    affected,
    injections,
    refused,
    restarted,
    rest,
    sums,
    seed,
    durationS,
  } = result
  const classes = Object.entries(rest.byClass).map(([kind, count]) => `${kind} ${count}`)
  print(`
  ok / lost / duplicate / unexpected   ${ok} / ${lost} / ${duplicate} / ${unexpected}
  gap p50 / max                        ${gapMs.p50} / ${gapMs.max} ms, ${affected} streams in ${injections} faults
  refused for a while, shown anew      ${refused}, ${restarted}
  REST                                 ${classes.join(', ')}; longest ${rest.maxMs} ms, sent again ${rest.repeated}
  answers = usage rows = charges       ${sums.answers} = ${sums.usageRows} = ${sums.settled}
  micro-USD of answers = usage         ${sums.answersMicroUsd} = ${sums.usageMicroUsd}; the platform's ${sums.platformMicroUsd} in ${sums.platformRows} rows
  left over                            ${sums.runningTurns} running turns, ${sums.openReservations} reservations, ${sums.deadLetters} dead letters, ${sums.unpublished} events
  seed ${seed}, ${durationS} s; this program itself stood still for ${ownDelayMs} ms at most`)
  for (const finding of result.findings) print(`  ! ${finding}`)
  print(`  ${id} ${isPassed ? 'passed' : 'FAILED'}`)
}
