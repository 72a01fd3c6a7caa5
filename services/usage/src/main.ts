import { configOrExit } from '@parley/config'
import { runService } from '@parley/service-kit'
import { createLogger } from '@parley/telemetry'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { openDeps } from './deps.ts'

const config = configOrExit(readConfig)
const logger = createLogger({ name: 'usage', level: config.LOG_LEVEL })
const deps = await openDeps(config, logger)
const app = await buildApp(deps)

await runService(app, {
  host: config.HOST,
  port: config.PORT,
  shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS,
  onDrain: deps.drain,
  close: deps.close,
})
