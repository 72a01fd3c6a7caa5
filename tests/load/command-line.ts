import { parseArgs } from 'node:util'
import { type Scenario, scenarios } from './scenarios.ts'

export const usage = `npm run bench -- NAME [NAME …] [options]

${scenarios.map(({ id, about }) => `  ${id.padEnd(12)}${about}`).join('\n')}
  all         all of them, one after the other
  list        this list

  --json FILE       writes {"results":[{"id", ...figures}]}
  --traced SHARE    of turns that are traced, 0 to 1 (0.1)
  --profile FOLDER  CPU profiles of all services, for DevTools
  turns:    --turns N  --rate TOKENS/S  --answer TOKENS  --rounds N (answers of a client)  --ramp S (of the starts)
  sockets:  --sockets N  --ramp S  --hold S
  stop:     --turns N  --rate TOKENS/S  --rounds N  --ramp S

  router:   --subjects NAME,...  --cases NAME,...  (a selection has no goals)  --window S (of a case)`

export interface CommandLine {
  chosen: Scenario[]
  jsonFile?: string
  tracedShare: number
  profileDirectory?: string
}

const number = { type: 'string' } as const

/** Null where nothing is to be measured: no name, or the list. Throws an Error with what is wrong. */
export function readCommandLine(args: string[]): CommandLine | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ json: { type: 'string' }, profile: { type: 'string' }, traced: { type: 'string', default: '0.1' } },
      ...{ subjects: { type: 'string' }, cases: { type: 'string' } },
      ...{ turns: number, rate: number, answer: number, rounds: number, ramp: number, sockets: number, hold: number, window: number },
    },
  })
  if (positionals.length === 0 || positionals.includes('list')) return null
  const named = positionals.includes('all') ? scenarios : positionals.map(scenarioNamed)
  const { json, profile, traced, subjects, cases, ...given } = values
  const changes = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, amount(key, String(text))]))
  const tracedShare = Number(traced)
  if (!(tracedShare >= 0 && tracedShare <= 1)) throw new Error(`--traced is '${traced}'; allowed is a share from 0 to 1`)
  const selection = { subjects: listed(subjects), cases: listed(cases) }
  return { chosen: named.map((one) => selected(changed(one, changes), selection)), jsonFile: json, profileDirectory: profile, tracedShare }
}

function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find(({ id }) => id === name)
  if (!scenario) throw new Error(`there is no benchmark '${name}'; 'list' shows them`)
  return scenario
}

function amount(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0 && text !== '') return value
  throw new Error(`--${name} is '${text}'; allowed is a number above 0`)
}

const listed = (text: string | undefined): string[] | undefined => text?.split(',')

/** Fewer routers, or fewer of their cases. What is compared may then be missing, so nothing is judged. */
function selected(scenario: Scenario, wanted: { subjects?: string[]; cases?: string[] }): Scenario {
  if (scenario.kind !== 'router' || (!wanted.subjects && !wanted.cases)) return scenario
  const { load } = scenario
  const known = [...load.subjects, ...Object.keys(load.cases)]
  for (const name of [...(wanted.subjects ?? []), ...(wanted.cases ?? [])]) {
    if (!known.includes(name)) throw new Error(`there is no '${name}'; known are ${known.join(', ')}`)
  }
  const subjects = load.subjects.filter((name) => wanted.subjects?.includes(name) ?? true)
  const cases = Object.fromEntries(Object.entries(load.cases).filter(([id]) => wanted.cases?.includes(id) ?? true))
  return { ...scenario, load: { ...load, subjects, cases }, goals: [] }
}

/** A load of one's own keeps the goals of the scenario with the same number and rate; otherwise only what holds for every load. */
function changed(scenario: Scenario, changes: Record<string, number>): Scenario {
  const known = Object.entries(changes).filter(([key]) => key in scenario.load)
  if (known.length === 0) return scenario
  const load = { ...scenario.load, ...Object.fromEntries(known) }
  const twin = scenarios.find((one) => one.kind === scenario.kind && scale(one.load) === scale(load))
  const goals = twin?.goals ?? scenario.goals.filter(({ atMost }) => atMost === 0)
  return { ...scenario, load, goals } as Scenario
}

const scale = (load: object): string => {
  const { turns, rate, sockets } = load as Record<string, number | undefined>
  return [turns, rate, sockets].join()
}
