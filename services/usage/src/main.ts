import { configOrExit } from '@parley/config'
import { runService } from '@parley/service-kit'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { openDeps } from './deps.ts'

const config = configOrExit(readConfig)
const deps = await openDeps(config)
const app = await buildApp(deps)
const workers = deps.startWorkers()
await runService(app, {
  host: config.HOST,
  port: config.PORT,
  shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS,
  onDrain: () => workers.stop(),
  close: () => deps.close(),
})
