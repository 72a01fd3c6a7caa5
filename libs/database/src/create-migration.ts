import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readMigrations } from './migration-list.ts'
import { withSchemaEngine } from './schema-engine.ts'

export interface CreateMigrationOptions {
  /** Of a role that may create databases: existing migrations are replayed in a scratch one. */
  adminUrl: string
  /** `services/<service>`, holding `prisma/schema.prisma`. */
  serviceDirectory: string
  /** Snake case, says what changes. */
  name: string
  /** `YYYYMMDDhhmmss`; left out, now in UTC. */
  timestamp?: string
}

/** The engine's exit code for two schemas that differ. */
const DIFFERENT = 2

/**
 * Compares `prisma/schema.prisma` with what the existing migrations add up to and writes the difference as a new
 * migration to be read, corrected and committed.
 *
 * @returns the file written, or null when there is no difference
 */
export async function createMigration(options: CreateMigrationOptions): Promise<string | null> {
  const { adminUrl, serviceDirectory, name, timestamp = utcTimestamp(new Date()) } = options
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error(`'${name}' cannot name a migration: lower-case letters, digits and underscores`)
  const schema = await readFile(join(serviceDirectory, 'prisma/schema.prisma'), 'utf8')
  const directory = join(serviceDirectory, 'prisma/migrations')
  const migrationsList = existsSync(directory) ? await readMigrations(directory) : await readMigrations()

  const { stdout: script, exitCode } = await withSchemaEngine({ url: adminUrl, schema }, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrationsList },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    }),
  )
  if (exitCode !== DIFFERENT || !script) return null
  const file = join(directory, `${timestamp}_${name}`, 'migration.sql')
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, script)
  return file
}

function utcTimestamp(time: Date): string {
  return time.toISOString().replaceAll(/\D/g, '').slice(0, 14)
}
