import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { compileCache, type Home, repository } from './home.ts'
import { recordProcess } from './leftovers.ts'
import { beginLog } from './log-watch.ts'
import type { ProviderAccess } from './service-environment.ts'
import { startProcess } from './service-process.ts'
import type { Environment, Settings } from './settings.ts'
import { type Supervised, supervise } from './supervised.ts'

/** Who answers instead of the vendors and where mails go. */
export interface Stand {
  providers: Record<'openai' | 'anthropic', ProviderAccess>
  smtpUrl: string
  inboxUrl: string | null
  /** The simulators in use, for run.json. */
  simulatorUrls: Record<'openai' | 'anthropic', string | null>
  supervised: Supervised[]
}

/** Base URLs of a simulator that a test runs itself. */
export interface GivenSimulators {
  openaiBaseUrl: string
  anthropicBaseUrl: string
}

export interface StandOptions {
  home: Home
  settings: Settings
  given: Environment
  simulators?: GivenSimulators
  onIncident(text: string): void
  onChange(): void
}

/** Starts the mail inbox unless mails are really sent, and the model simulator unless every vendor has a key. */
export async function startStand(options: StandOptions): Promise<Stand> {
  const { settings, simulators } = options
  const isSimulatorWanted = !simulators && !(settings.OPENAI_API_KEY && settings.ANTHROPIC_API_KEY)
  const [inbox, simulator] = await Promise.all([
    settings.SMTP_URL ? null : startInbox(options),
    isSimulatorWanted ? startModels(options) : null,
  ])
  const simulated = simulators ?? simulator?.urls
  const access = (key: string | undefined, baseUrl: string | undefined, simulatorUrl: string | undefined): ProviderAccess =>
    key ? { apiKey: key, baseUrl: baseUrl ?? '', isSimulated: false } : { apiKey: '', baseUrl: simulatorUrl ?? '', isSimulated: true }
  const providers = {
    openai: access(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, simulated?.openaiBaseUrl),
    anthropic: access(settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL, simulated?.anthropicBaseUrl),
  }
  return {
    providers,
    smtpUrl: settings.SMTP_URL ?? inbox?.smtpUrl ?? '',
    inboxUrl: inbox?.url ?? null,
    simulatorUrls: {
      openai: providers.openai.isSimulated ? providers.openai.baseUrl : null,
      anthropic: providers.anthropic.isSimulated ? providers.anthropic.baseUrl : null,
    },
    supervised: [inbox?.supervised, simulator?.supervised].filter((one) => one !== undefined),
  }
}

async function startInbox(options: StandOptions) {
  const [httpPort, smtpPort] = [await freePort(), await freePort()]
  const supervised = await startSimulator('inbox', { PORT: String(httpPort), SMTP_PORT: String(smtpPort) }, options)
  return { supervised, url: `http://127.0.0.1:${httpPort}`, smtpUrl: `smtp://127.0.0.1:${smtpPort}` }
}

async function startModels(options: StandOptions) {
  const port = await freePort()
  const supervised = await startSimulator(
    'providers',
    { PORT: String(port), CACHE_DIRECTORY: join(options.home.directory, 'cache') },
    options,
  )
  const url = `http://127.0.0.1:${port}`
  return { supervised, urls: { openaiBaseUrl: `${url}/v1`, anthropicBaseUrl: url } }
}

async function startSimulator(
  name: string,
  own: Record<string, string>,
  { home, given, onIncident, onChange }: StandOptions,
): Promise<Supervised> {
  const logFile = beginLog(home.logs, name)
  const launch = () =>
    startProcess({
      name,
      workingDirectory: join(repository, 'libs/simulators'),
      args: [`--title=parley-${name}`, `src/${name}.main.ts`],
      environment: { PATH: given.PATH ?? '', NODE_COMPILE_CACHE: compileCache, HOST: '127.0.0.1', ...own },
      logFile,
      onSpawn: (pid) => recordProcess(home, pid),
    })
  return await supervise({ name, launch, onIncident, onChange })
}
