import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { putServersOnPath, startPostgres, startRedis } from '@parley/embedded'
import { findTestFiles, repository } from './find-test-files.ts'
import { createReport } from './report.ts'
import { runFiles } from './run-files.ts'

const ordinaryLimitMs = 180_000
const wholePlatformLimitMs = 420_000

/** Runs what was asked for; returns the exit code. The last line printed is `N passed, N failed`. */
export async function runTests(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { browser: { type: 'boolean', default: false } } })
  const { ordinary, wholePlatform } = findTestFiles(positionals, values.browser)
  const print = (text: string) => void process.stdout.write(`${text}\n`)
  const report = createReport(print)
  if (ordinary.length + wholePlatform.length > 0) {
    print(`${ordinary.length + wholePlatform.length} test files`)
    process.env.NODE_COMPILE_CACHE ??= join(repository, 'node_modules/.parley/compile-cache')
    await putServersOnPath(join(repository, '.parley/tools'), print)
    if (ordinary.length > 0) await startServers()
    process.env.TAP_TIMEOUT = '60'
    await runFiles({ files: ordinary, concurrency: 2, fileLimitMs: ordinaryLimitMs, report })
    process.env.TAP_TIMEOUT = '240'
    await runFiles({ files: wholePlatform, concurrency: 1, fileLimitMs: wholePlatformLimitMs, report })
  }
  const { passed, failed, skipped } = report.totals
  const isNothingRun = passed + failed === 0
  if (isNothingRun) print(positionals.length > 0 ? `no test file matches ${positionals.join(' ')}` : 'no test ran')
  if (skipped > 0) print(`${skipped} skipped`)
  print(`${passed} passed, ${failed} failed`)
  return failed > 0 || isNothingRun ? 1 : 0
}

/** One Postgres and one Redis for all test files; they end with this process, however it ends, and leave nothing behind. */
async function startServers(): Promise<void> {
  const startOne = async (variable: string, start: (home: string) => Promise<{ url: string }>) => {
    process.env[variable] ??= (await start(mkdtempSync(join(tmpdir(), 'parley-test-run-')))).url
  }
  await Promise.all([
    startOne('POSTGRES_URL', (home) =>
      startPostgres({ directory: join(home, 'data'), password: 'postgres', unsafeFast: true, maxConnections: 400, removeWithUs: home }),
    ),
    startOne('REDIS_URL', (home) => startRedis({ directory: home, password: 'redis-of-one-test-run', removeWithUs: home })),
  ])
}
