import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { dirname, resolve } from 'node:path'
import { separateCores } from './affinity.ts'
import { type CommandLine, readCommandLine, usage } from './command-line.ts'
import { measureRouter } from './measure-router.ts'
import { measureSockets, type SocketsResult } from './measure-sockets.ts'
import { measureStops, type StopsResult, stopReplicas } from './measure-stops.ts'
import { measureTurns, type TurnsResult } from './measure-turns.ts'
import { checkOpenFiles } from './open-files.ts'
import { rounded } from './percentiles.ts'
import { reportOf } from './report.ts'
import { startRouterWorld } from './router-world.ts'
import type { PlatformScenario, RouterScenario, Scenario } from './scenarios.ts'
import { judge, type Verdict } from './verdict.ts'
import { startWorld, type World } from './world.ts'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** The most that one process has at a time; a router has two for each stream. */
function openFilesOf(scenario: Scenario): number {
  if (scenario.kind === 'turns' || scenario.kind === 'stops') return scenario.load.turns
  if (scenario.kind === 'sockets') return scenario.load.sockets
  return 2 * Math.max(...Object.values(scenario.load.cases).map((one) => ('streams' in one ? one.streams : one.connections)))
}

/** Returns the exit code: 1 when a goal was missed, and when nothing was named. */
async function bench(args: string[]): Promise<number> {
  const commandLine = readCommandLine(args)
  if (!commandLine) {
    print(usage)
    return args.length === 0 ? 1 : 0
  }
  const { chosen, jsonFile } = commandLine
  for (const scenario of chosen) checkOpenFiles(openFilesOf(scenario))
  const results: object[] = []
  const verdicts: Verdict[] = []
  for (const scenario of chosen) {
    const outcome = await run(scenario, commandLine)
    results.push(outcome.figures)
    verdicts.push(...outcome.verdicts)
    // Each time: what has been measured is not lost with a later one.
    if (jsonFile) writeResults(jsonFile, results)
  }
  const missed = verdicts.filter(({ isMet }) => !isMet).length
  print(verdicts.length === 0 ? '\nnothing was judged' : missed === 0 ? '\nevery goal is met' : `\n${missed} goals missed`)
  return missed === 0 ? 0 : 1
}

function writeResults(file: string, results: object[]): void {
  mkdirSync(dirname(resolve(file)), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ results }, null, 2)}\n`)
}

async function run(scenario: Scenario, commandLine: CommandLine): Promise<{ figures: object; verdicts: Verdict[] }> {
  const { id, about, goals } = scenario
  const { tracedShare, profileDirectory } = commandLine
  const machine = { cores: availableParallelism(), loadBefore: rounded(loadavg()[0] ?? 0), tracedShare }
  print(`\n${id}: ${about}\n  ${machine.cores} cores, load ${machine.loadBefore} before, ${tracedShare * 100} % traced, log level info`)
  if (profileDirectory) mkdirSync(profileDirectory, { recursive: true })
  const options = { tracedShare, profileDirectory: profileDirectory && resolve(profileDirectory) }
  const { result, incidents } = await (scenario.kind === 'router' ? runRouters(scenario, options) : runPlatform(scenario, options))
  const verdicts = judge(goals, result)
  print(`${reportOf(result, verdicts)}`)
  for (const incident of incidents) print(`  ${incident}`)
  return { figures: { id, ...machine, ...result, goals: verdicts }, verdicts }
}

function measure(world: World, { kind, load }: PlatformScenario): Promise<TurnsResult | SocketsResult | StopsResult> {
  switch (kind) {
    case 'turns':
      return measureTurns(world, load)
    case 'sockets':
      return measureSockets(world, load)
    case 'stops':
      return measureStops(world, load)
  }
}

type WorldOptions = Pick<CommandLine, 'tracedShare' | 'profileDirectory'>

/** Each scenario has a platform of its own: none measures what another left behind. */
async function runPlatform(scenario: PlatformScenario, options: WorldOptions) {
  const replicas = scenario.kind === 'stops' ? stopReplicas : undefined
  const world = await startWorld({ ...options, replicas, onProgress: () => undefined })
  try {
    const result = await measure(world, scenario)
    const load = Object.entries(scenario.load).map(([name, value]) => `${name} ${value}`)
    print(`  ${load.join(', ')}\n`)
    return { result, incidents: new Set(world.incidents) }
  } finally {
    await world.close()
  }
}

async function runRouters({ load }: RouterScenario, options: WorldOptions) {
  // Before anything is started: where a process may run is inherited.
  const affinity = separateCores()
  const world = await startRouterWorld(options)
  try {
    print('')
    return { result: await measureRouter(world, affinity, load), incidents: new Set<string>() }
  } finally {
    await world.close()
    affinity.release()
  }
}

try {
  process.exitCode = await bench(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
