import { execFileSync } from 'node:child_process'
import { run } from 'node:test'
import type { Report } from './report.ts'

export interface RunFilesOptions {
  files: string[]
  concurrency: number
  /** A file that takes longer is killed; node:test's own limit only asks it to end, which a stuck one does not hear. */
  fileLimitMs: number
  report: Report
}

/** Runs test files, each in its own process under node:test, and tells the report what happens. */
export async function runFiles({ files, concurrency, fileLimitMs, report }: RunFilesOptions): Promise<void> {
  if (files.length === 0) return
  const watchdogs = new Map<string, NodeJS.Timeout>()
  const isFile = new Set(files)
  const stream = run({ files, concurrency })
  stream.on('test:dequeue', ({ name, nesting }) => {
    if (nesting > 0 || !isFile.has(name)) return
    const kill = () => {
      report.killed(name, fileLimitMs)
      killTestProcess(name)
    }
    watchdogs.set(name, setTimeout(kill, fileLimitMs))
  })
  stream.on('test:complete', ({ name, nesting, details }) => {
    if (nesting > 0 || !isFile.has(name)) return
    clearTimeout(watchdogs.get(name))
    report.fileTook(name, details.duration_ms, details.passed)
  })
  // From here on node:test tells one file after the other, whatever order they ran in: another file's name ends the one before.
  let current: string | undefined
  const about = (event: object): string => {
    const file = fileOf(event)
    if (current !== undefined && current !== file) report.fileEnded(current)
    current = file
    return file
  }
  stream.on('test:start', (event) => report.testStarted(about(event), event.name, event.nesting))
  stream.on('test:stdout', (event) => report.printed(about(event), event.message))
  stream.on('test:stderr', (event) => report.printed(about(event), event.message))
  stream.on('test:pass', (event) => report.passed(about(event), event))
  stream.on('test:fail', (event) => report.failed(about(event), event))
  for await (const _event of stream);
  if (current !== undefined) report.fileEnded(current)
}

/** Where a test was declared may be a harness; what counts is the file that was run. */
function fileOf(event: object): string {
  const { entryFile, file } = event as { entryFile?: string; file?: string }
  return entryFile ?? file ?? 'unknown file'
}

function killTestProcess(file: string): void {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  for (const line of processes) {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(parent) === process.pid && args.includes(file)) process.kill(Number(pid), 'SIGKILL')
  }
}
