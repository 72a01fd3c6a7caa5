// Runs the given test files as `npm test` does; started by runner.test.ts in a process of its own, since node:test does not nest.
import { createReport } from '../report.ts'
import { runFiles } from '../run-files.ts'

const report = createReport((text) => void process.stdout.write(`${text}\n`))
await runFiles({ files: process.argv.slice(2), concurrency: 2, fileLimitMs: 2_000, report })
process.send?.(report.totals)
