import { runTests } from './runner/run-tests.ts'

process.exit(await runTests(process.argv.slice(2)))
