import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { compileCache, type Home, repository } from './home.ts'
import { recordProcess } from './leftovers.ts'
import { beginLog } from './log-watch.ts'
import { type ModelVendor, modelVendors, type ProviderAccess, type ProviderAccesses } from './service-environment.ts'
import { startProcess } from './service-process.ts'
import type { Environment, Settings } from './settings.ts'
import { allOrNone } from './stop-stack.ts'
import { type Supervised, supervise } from './supervised.ts'

/** Who answers instead of the vendors and where mails go. */
export interface Stand {
  providers: ProviderAccesses
  smtpUrl: string
  inboxUrl: string | null
  /** The simulators in use, for run.json. */
  simulatorUrls: Record<ModelVendor, string | null>
  supervised: Supervised[]
}

/** Base URLs of a simulator that a test runs itself. */
export type GivenSimulators = Record<ModelVendor, string>

export interface StandOptions {
  home: Home
  settings: Settings
  given: Environment
  simulators?: GivenSimulators
  onIncident(text: string): void
  onChange(): void
}

/**
 * Starts the mail inbox unless mails are really sent, and the model simulator unless the two vendors that answer in the
 * first place have keys. While it runs it answers for every vendor without one.
 */
export async function startStand(options: StandOptions): Promise<Stand> {
  const { settings, simulators } = options
  const isSimulatorWanted = !simulators && !(settings.OPENAI_API_KEY && settings.ANTHROPIC_API_KEY)
  const [inbox, simulator] = await allOrNone([
    settings.SMTP_URL ? Promise.resolve(null) : startInbox(options),
    isSimulatorWanted ? startModels(options) : Promise.resolve(null),
  ])
  const simulated = simulators ?? simulator?.urls
  const providers = byVendor((vendor) => accessOf(vendor, settings, simulated))
  return {
    providers,
    smtpUrl: settings.SMTP_URL ?? inbox?.smtpUrl ?? '',
    inboxUrl: inbox?.url ?? null,
    simulatorUrls: byVendor((vendor) => (providers[vendor]?.isSimulated ? providers[vendor].baseUrl : null)),
    supervised: [inbox?.supervised, simulator?.supervised].filter((one) => one !== undefined),
  }
}

const byVendor = <Value>(from: (vendor: ModelVendor) => Value) =>
  Object.fromEntries(modelVendors.map((vendor) => [vendor, from(vendor)])) as Record<ModelVendor, Value>

function accessOf(vendor: ModelVendor, settings: Settings, simulated: GivenSimulators | undefined): ProviderAccess | null {
  const prefix = vendor.toUpperCase() as Uppercase<ModelVendor>
  const apiKey = settings[`${prefix}_API_KEY`]
  if (apiKey) return { apiKey, baseUrl: settings[`${prefix}_BASE_URL`] ?? '', isSimulated: false }
  return simulated ? { apiKey: '', baseUrl: simulated[vendor], isSimulated: true } : null
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
  return { supervised, urls: { openai: `${url}/v1`, anthropic: url, gemini: url, cohere: url } }
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
