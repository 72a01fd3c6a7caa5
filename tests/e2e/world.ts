import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { startPlatform } from '@parley/local'
import { scriptedAnswers, startProviderSimulator } from '@parley/simulators'
import { readRows, startTraceCollector } from '@parley/testing'

export type World = Awaited<ReturnType<typeof startWorld>>

export interface WorldOptions {
  /** Build and serve the web app. */
  isWebWanted?: boolean
  /** Keep the offline guide, as without any key, instead of scripted vendors. */
  isGuideWanted?: boolean
}

/** The whole platform as `npm start` runs it, with only the model vendors scripted and every span collected. */
export async function startWorld({ isWebWanted = false, isGuideWanted = false }: WorldOptions = {}) {
  const home = mkdtempSync(join(tmpdir(), 'parley-e2e-'))
  const collector = await startTraceCollector()
  const vendors = await startProviderSimulator({ answer: scriptedAnswers() })
  const incidents: string[] = []
  const platform = await startPlatform({
    environment: {
      PATH: process.env.PATH,
      PARLEY_HOME: home,
      PORT: String(await freePort()),
      ...(!isGuideWanted && {
        OPENAI_API_KEY: 'sk-scripted-vendor-key',
        OPENAI_BASE_URL: vendors.openaiUrl,
        ANTHROPIC_API_KEY: 'sk-ant-scripted-vendor-key',
        ANTHROPIC_BASE_URL: vendors.anthropicUrl,
      }),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      LOG_LEVEL: 'info',
    },
    // Small enough that a test can use a day up.
    serviceEnvironment: { usage: { LIMIT_FREE_DAY: '10' } },
    isWebWanted,
    unsafeFast: true,
    onIncident: (text) => incidents.push(text),
  })
  const inboxUrl = platform.inboxUrl ?? ''

  /** Reads rows straight from a service's database, as an auditor would. */
  const rows = <T extends object>(service: string, sql: string, parameters?: unknown[]): Promise<T[]> =>
    readRows<T>(platform.run.infrastructure.postgres.url, service, sql, parameters)

  return {
    url: platform.url,
    inboxUrl,
    platform,
    collector,
    vendors,
    incidents,
    rows,
    /** What a service has logged so far, line by line. */
    logLines: (service: string): string[] =>
      readFileSync(join(home, 'logs', `${service}.log`), 'utf8')
        .split('\n')
        .filter(Boolean),
    async close() {
      await platform.stop()
      await vendors.close()
      await collector.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Repeats a question until the answer fits; the last answer is in the error. For facts that become true behind a request. */
export async function eventually<T>(what: string, ask: () => Promise<T>, fits: (answer: T) => boolean, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    if (Date.now() > deadline)
      throw new Error(`${what} did not become true within ${timeoutMs} ms; last: ${JSON.stringify(answer).slice(0, 500)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
