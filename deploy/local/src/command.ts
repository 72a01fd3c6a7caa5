import { ConfigError } from '@parley/config'
import { type CommandLine, readCommandLine, usage } from './command-line.ts'
import type { Platform } from './platform.ts'
import { AlreadyRunningError } from './platform-lock.ts'
import { readEnvironment } from './settings.ts'
import { startPlatform } from './start-platform.ts'

/** npm passes Ctrl-C on to us although the terminal has sent it already: a second one this soon is not impatience. */
const doubledSignalMs = 1_000

/** `npm start`: starts the platform, says where it is, and stops it at Ctrl-C. */
export async function runCommand(args: string[]): Promise<void> {
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`)
  }
  const startMs = performance.now()
  const seconds = () => ((performance.now() - startMs) / 1000).toFixed(1)
  try {
    const commandLine = readCommandLine(args)
    if (commandLine.isHelpWanted) return print(usage)
    print('\nParley is starting')
    const environment = readEnvironment()
    const platform = await start(commandLine, environment, print)
    if (platform) printWelcome(platform, environment, seconds(), print)
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`)
    process.exit(1)
  }
}

/** Null when Ctrl-C came before it was ready: it is being stopped then. */
async function start(
  commandLine: CommandLine,
  environment: ReturnType<typeof readEnvironment>,
  print: (line: string) => void,
): Promise<Platform | null> {
  const { replicas, isFresh, isWebWanted } = commandLine
  const starting = startPlatform({
    environment,
    replicas,
    isFresh,
    isWebWanted,
    onProgress: print,
    onIncident: (text) => print(`  ${new Date().toTimeString().slice(0, 8)} ${text}`),
  })
  let firstSignalMs: number | undefined
  const onSignal = () => {
    const nowMs = performance.now()
    if (firstSignalMs !== undefined) {
      if (nowMs - firstSignalMs > doubledSignalMs) process.exit(130)
      return
    }
    firstSignalMs = nowMs
    print('\nParley is stopping; Ctrl-C again to stop without waiting')
    starting
      .then((platform) => platform.stop())
      .catch(() => undefined)
      .finally(() => {
        print(`Parley has stopped (${((performance.now() - nowMs) / 1000).toFixed(1)} s)`)
        process.exit(0)
      })
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  const platform = await starting
  return firstSignalMs === undefined ? platform : null
}

function printWelcome(
  { url, inboxUrl, admin, run }: Platform,
  environment: ReturnType<typeof readEnvironment>,
  seconds: string,
  print: (line: string) => void,
): void {
  const isSimulated = run.simulators.openai !== null || run.simulators.anthropic !== null
  print(`
Parley is ready after ${seconds} s

  web app   ${url}
  inbox     ${inboxUrl ?? 'none: mails are really sent (SMTP_URL)'}
  admin     ${admin.email}
  password  ${admin.password}${environment.ADMIN_PASSWORD ? '' : ' (the first one, until it is changed)'}
${isSimulated ? '\n  Models without a key are simulated: set OPENAI_API_KEY or ANTHROPIC_API_KEY in .env for real ones.' : ''}
  Ctrl-C stops it.
`)
}

/** Mistakes a person can mend are told without a stack; everything else with one. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `${error.message}\nSet in the environment or in .env.`
  if (error instanceof AlreadyRunningError) return error.message
  if (error instanceof Error) return `Parley could not be started: ${error.message}`
  return String(error)
}
