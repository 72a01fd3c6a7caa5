import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'

const { NODE_TEST_CONTEXT: _context, ...environment } = process.env

/** Runs test files with these contents; returns the counts and what was printed. */
async function runFixtures(t: Test, contents: Record<string, string>) {
  const directory = t.testdir(contents)
  const files = Object.keys(contents).map((name) => join(directory, name))
  const run = fork(join(import.meta.dirname, 'run-fixtures.ts'), files, { env: environment, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  let output = ''
  run.stdout?.on('data', (chunk: Buffer) => {
    output += chunk
  })
  const [totals] = await once(run, 'message')
  await once(run, 'close')
  return { totals, output }
}

const passing =
  "import t from 'tap'\nt.test('one holds', async (t) => { t.pass() })\nt.test('another holds', async (t) => { t.pass(); t.pass() })"

t.test('tests are counted, not their assertions', async (t) => {
  const { totals, output } = await runFixtures(t, { 'a.test.ts': passing })
  t.same(totals, { passed: 2, failed: 0, skipped: 0 })
  t.match(output, /^ok .*a\.test\.ts {2}2 passed/)
})

t.test('a failure is shown with its name, its difference and what the file printed', async (t) => {
  const failing = "import t from 'tap'\nt.test('sums agree', async (t) => { console.log('a hint'); t.equal(41, 42) })"
  const { totals, output } = await runFixtures(t, { 'a.test.ts': passing, 'b.test.ts': failing })
  t.same(totals, { passed: 2, failed: 1, skipped: 0 })
  t.match(output, /FAIL .*b\.test\.ts {2}0 passed, 1 FAILED/)
  t.match(output, /sums agree > should be equal .*-42.*\+41.*output:\n\s+a hint/s)
})

t.test('nothing passes by not running: no tests, a crash at load, an exit in the middle, a file that hangs', async (t) => {
  const { totals, output } = await runFixtures(t, {
    'empty.test.ts': '',
    'crash.test.ts': "throw new Error('crashed while loading')",
    'exit.test.ts': "import t from 'tap'\nt.test('is cut off', async () => { process.exit(0) })",
    'hang.test.ts': "import t from 'tap'\nt.test('hangs', async () => { for (;;); })",
  })
  t.equal(totals.passed, 0)
  t.equal(totals.failed, 4)
  t.match(output, /no test ran in this file/)
  t.match(output, /crashed while loading/)
  t.match(output, /not done after 2 s, killed/)
})

t.test('a filter that matches nothing is a failure, and the last line still counts', async (t) => {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, '../../run.ts'), 'no-such-file'], {
    encoding: 'utf8',
    env: environment,
  })
  t.equal(status, 1)
  t.match(stdout, /no test file matches no-such-file\n0 passed, 0 failed\n$/)
})
