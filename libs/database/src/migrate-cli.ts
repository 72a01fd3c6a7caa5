/**
 * Migrations from the command line.
 *
 *   DATABASE_OWNER_URL=… node libs/database/src/migrate-cli.ts services/chat          apply what is missing
 *   POSTGRES_URL=…       node libs/database/src/migrate-cli.ts create services/chat add_titles [timestamp]
 */
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createMigration } from './create-migration.ts'
import { migrate } from './migrate.ts'

const usage = `usage:
  DATABASE_OWNER_URL=… node migrate-cli.ts SERVICE_FOLDER                        applies what is missing
  POSTGRES_URL=…       node migrate-cli.ts create SERVICE_FOLDER NAME [TIMESTAMP]  writes a new migration from schema.prisma`

const { positionals } = parseArgs({ allowPositionals: true })

try {
  process.stdout.write(`${await run(positionals)}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function run(words: string[]): Promise<string> {
  const [first, folder, name, timestamp] = words
  if (first === 'create') {
    if (folder === undefined || name === undefined) throw new Error(usage)
    const file = await createMigration({ adminUrl: required('POSTGRES_URL'), serviceDirectory: resolve(folder), name, timestamp })
    return file ?? 'schema.prisma and the migrations agree: nothing to write'
  }
  if (first === undefined || words.length !== 1) throw new Error(usage)
  const directory = resolve(first)
  const { applied } = await migrate({ url: required('DATABASE_OWNER_URL'), migrationsDirectory: join(directory, 'prisma/migrations') })
  return applied.length === 0 ? `${basename(directory)}: up to date` : `${basename(directory)}: applied ${applied.join(', ')}`
}

function required(variable: string): string {
  const value = process.env[variable]
  if (!value) throw new Error(`${variable} is not set\n${usage}`)
  return value
}
