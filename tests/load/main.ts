import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { resolve } from 'node:path'
import { type CommandLine, readCommandLine, usage } from './command-line.ts'
import { measureSockets, type SocketsResult } from './measure-sockets.ts'
import { measureStops, type StopsResult, stopReplicas } from './measure-stops.ts'
import { measureTurns, type TurnsResult } from './measure-turns.ts'
import { checkOpenFiles } from './open-files.ts'
import { rounded } from './percentiles.ts'
import { reportOf } from './report.ts'
import type { Scenario } from './scenarios.ts'
import { judge, type Verdict } from './verdict.ts'
import { startWorld, type World } from './world.ts'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Returns the exit code: 1 when a goal was missed. */
async function bench(args: string[]): Promise<number> {
  const commandLine = readCommandLine(args)
  if (!commandLine) {
    print(usage)
    return 0
  }
  const { chosen, jsonFile } = commandLine
  for (const { load } of chosen) checkOpenFiles('turns' in load ? load.turns : load.sockets)
  const outcomes = []
  for (const scenario of chosen) outcomes.push(await run(scenario, commandLine))
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify({ results: outcomes.map(({ figures }) => figures) }, null, 2)}\n`)
  const missed = outcomes.flatMap(({ verdicts }) => verdicts).filter(({ isMet }) => !isMet)
  print(missed.length === 0 ? '\nevery goal is met' : `\n${missed.length} goals missed`)
  return missed.length === 0 ? 0 : 1
}

function measure(world: World, { kind, load }: Scenario): Promise<TurnsResult | SocketsResult | StopsResult> {
  switch (kind) {
    case 'turns':
      return measureTurns(world, load)
    case 'sockets':
      return measureSockets(world, load)
    case 'stops':
      return measureStops(world, load)
  }
}

/** Each scenario has a platform of its own: none measures what another left behind. */
async function run(scenario: Scenario, { tracedShare, profileDirectory }: CommandLine): Promise<{ figures: object; verdicts: Verdict[] }> {
  const { id, about, goals } = scenario
  const machine = { cores: availableParallelism(), loadBefore: rounded(loadavg()[0] ?? 0), tracedShare }
  print(
    `\n${id}: ${about}\n  ${machine.cores} cores, load ${machine.loadBefore} before, ${tracedShare * 100} % of turns traced, log level info`,
  )
  if (profileDirectory) mkdirSync(profileDirectory, { recursive: true })
  const world = await startWorld({
    tracedShare,
    profileDirectory: profileDirectory && resolve(profileDirectory),
    replicas: scenario.kind === 'stops' ? stopReplicas : undefined,
    onProgress: () => undefined,
  })
  try {
    const result = await measure(world, scenario)
    const verdicts = judge(goals, result)
    print(
      `  ${Object.entries(scenario.load)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}\n`,
    )
    print(reportOf(result, verdicts))
    for (const incident of new Set(world.incidents)) print(`  ${incident}`)
    return { figures: { id, ...machine, ...result, goals: verdicts }, verdicts }
  } finally {
    await world.close()
  }
}

try {
  process.exitCode = await bench(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
