import { setFlagsFromString } from 'node:v8'
import { configOrExit } from '@parley/config'
import { runService } from '@parley/service-kit'
import { createLogger } from '@parley/telemetry'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { openDeps } from './deps.ts'

/** What is left of the time to shut down for booking what was cut and closing connections. */
const CLOSING_MS = 4_000

// A replica has about one core: threads that help to collect what is short-lived would take it from the one that waits for them.
setFlagsFromString('--no-parallel-scavenge')

const config = configOrExit(readConfig)
const logger = createLogger({ name: 'ai-router', level: config.LOG_LEVEL })
const deps = await openDeps(config, logger)
const app = await buildApp(deps)

await runService(app, {
  host: config.HOST,
  port: config.PORT,
  shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS,
  onDrain() {
    deps.links.leave()
    return deps.running.drain(Math.max(0, config.SHUTDOWN_TIMEOUT_MS - CLOSING_MS))
  },
  close: deps.close,
})
