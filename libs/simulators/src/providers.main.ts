import { join } from 'node:path'
import { pino } from 'pino'
import { offlineGuide } from './guide/offline-guide.ts'
import { announce, closeWithParent, portFrom } from './main-process.ts'
import { startProviderSimulator } from './providers/provider-simulator.ts'
import { scriptedAnswers } from './providers/scripted-answers.ts'

/** About what a mid-size hosted model does. */
const PACE = { tokensPerSecond: 80, firstTokenMs: 250 }
const DRAIN_MS = 5000

const { env } = process
const logger = pino({ name: 'provider-simulator', level: env.LOG_LEVEL ?? 'info' })
const guide = offlineGuide({
  docsDirectory: env.DOCS_DIRECTORY ?? join(import.meta.dirname, '../../..'),
  cacheDirectory: env.CACHE_DIRECTORY,
  logger,
})
const isScripted = env.ANSWERS === 'scripted'
const simulator = await startProviderSimulator({
  answer: isScripted ? scriptedAnswers() : guide,
  port: portFrom('PORT'),
  host: env.HOST,
  pace: PACE,
  logger,
})
closeWithParent(logger, async () => {
  await simulator.close({ drainMs: DRAIN_MS })
  await guide.close()
})
const { url, openaiUrl, anthropicUrl, geminiUrl, cohereUrl } = simulator
announce(logger, { url, openaiUrl, anthropicUrl, geminiUrl, cohereUrl })
// The first question would otherwise wait some seconds for the index.
if (!isScripted) guide.prepare().catch((error: unknown) => logger.error({ err: error }, 'the offline guide has no index yet'))
