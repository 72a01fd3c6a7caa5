import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { repository } from './find-test-files.ts'

/** What one test file has shown so far. */
interface FileRecord {
  durationMs: number
  /** Node's word on the file's process as a whole. */
  hasPassed: boolean
  passed: number
  failed: number
  skipped: number
  /** Names of the tests that enclose the one of now, by nesting. */
  path: string[]
  failures: string[]
  output: string[]
}

/** One test's end, as node:test reports it. */
export interface TestEnd {
  name: string
  nesting: number
  file?: string
  line?: number
  entryFile?: string
  skip?: string | boolean
  todo?: string | boolean
  details: { type?: string; error?: Error & { failureType?: string } }
}

const keptOutputLines = 60

/** Counts what ran and prints one line a file, and what failed in full. */
export function createReport(print: (text: string) => void) {
  const files = new Map<string, FileRecord>()
  const totals = { passed: 0, failed: 0, skipped: 0 }
  const record = (file: string): FileRecord => {
    const known = files.get(file) ?? {
      durationMs: 0,
      hasPassed: true,
      passed: 0,
      failed: 0,
      skipped: 0,
      path: [],
      failures: [],
      output: [],
    }
    files.set(file, known)
    return known
  }
  return {
    totals,
    fileTook(file: string, durationMs: number, hasPassed: boolean) {
      Object.assign(record(file), { durationMs, hasPassed })
    },
    testStarted(file: string, name: string, nesting: number) {
      const { path } = record(file)
      path.length = nesting
      path[nesting] = name
    },
    printed: (file: string, text: string) => void record(file).output.push(text),
    passed(file: string, test: TestEnd) {
      const its = record(file)
      // Node reports a file without tests as one test that passed and bears the file's name.
      if (test.name === file) {
        its.failed += 1
        its.failures.push('no test ran in this file')
      } else if (test.skip || test.todo) its.skipped += 1
      else if (test.nesting === 0) its.passed += 1
    },
    failed(file: string, test: TestEnd) {
      const its = record(file)
      if (test.todo) return
      if (test.nesting === 0) its.failed += 1
      if (test.details.error?.failureType === 'subtestsFailed') return
      const path = test.name === file ? 'the file as a whole' : [...its.path.slice(0, test.nesting), test.name].join(' > ')
      const place = test.file && test.line ? ` (${relative(repository, test.file)}:${test.line})` : ''
      its.failures.push(`${path}${place}\n${describe(test.details.error)}`)
    },
    killed: (file: string, limitMs: number) => void record(file).failures.push(`not done after ${limitMs / 1000} s, killed`),
    fileEnded(file: string) {
      const its = record(file)
      // A process that ends in the middle of a test reports no end of that test: the file must not pass for it.
      if (its.failed === 0 && (!its.hasPassed || its.failures.length > 0)) its.failed = 1
      const isFine = its.failed === 0
      const counts = `${its.passed} passed${isFine ? '' : `, ${its.failed} FAILED`}${its.skipped > 0 ? `, ${its.skipped} skipped` : ''}`
      const seconds = (its.durationMs / 1000).toFixed(1)
      print(`${isFine ? 'ok  ' : 'FAIL'} ${relative(repository, file)}  ${counts}  ${seconds} s`)
      for (const failure of its.failures) print(indent(failure))
      if (!isFine) print(indent(lastLines(its.output.join(''))))
      totals.passed += its.passed
      totals.failed += its.failed
      totals.skipped += its.skipped
      files.delete(file)
    },
  }
}

export type Report = ReturnType<typeof createReport>

function describe(error: (Error & { cause?: unknown }) | undefined): string {
  const inner = error?.cause instanceof Error ? error.cause : error
  const message = inner?.message ?? 'unknown error'
  const frames = (inner?.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('node:internal'))
  return stripVTControlCharacters([message, ...frames.slice(0, 8)].join('\n'))
}

function lastLines(output: string): string {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n').filter(Boolean)
  return lines.length === 0 ? '' : ['output:', ...lines.slice(-keptOutputLines)].join('\n')
}

const indent = (text: string): string => text && `${text.replaceAll(/^/gm, '     ')}\n`
