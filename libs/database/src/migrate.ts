import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { ownMigrationsDirectory, readMigrations } from './migration-list.ts'
import { withSchemaEngine } from './schema-engine.ts'

export interface MigrateOptions {
  /** Of the database's owner. */
  url: string
  /** `services/<service>/prisma/migrations`; left out, only this library's own tables are made. */
  migrationsDirectory?: string
}

/** Any number, the same for every service: the lock is held in the service's own database. */
const MIGRATION_LOCK = 7_201_933_554_019

/**
 * Applies what is missing: first this library's migrations (schema `messaging`), then the service's.
 * State is kept in Prisma's own `_prisma_migrations`, so `prisma migrate` tools can read it.
 * Several processes may do this at once: one works, the others wait and find nothing left to do.
 *
 * @returns names of the migrations this call applied
 * @throws Error with Postgres's message and the migration's name; nothing of the failed migration stays behind
 */
export async function migrate({ url, migrationsDirectory }: MigrateOptions): Promise<{ applied: string[] }> {
  const directories = migrationsDirectory === undefined ? [] : [migrationsDirectory]
  const migrationsList = await readMigrations(ownMigrationsDirectory, ...directories)
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  lock.on('error', () => {})
  await lock.connect()
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    return await withSchemaEngine({ url }, async (engine) => {
      const input = { migrationsList, filters: { externalTables: [], externalEnums: [] } }
      await forgetFailures(engine, input)
      const { appliedMigrationNames } = await engine.applyMigrations(input)
      return { applied: appliedMigrationNames }
    })
  } finally {
    await lock.end()
  }
}

/** A script that failed left nothing behind, so there is nothing a person has to resolve before it is tried again. */
async function forgetFailures(engine: SchemaEngine, input: Parameters<SchemaEngine['applyMigrations']>[0]): Promise<void> {
  const { failedMigrationNames } = await engine.diagnoseMigrationHistory({ ...input, optInToShadowDatabase: false })
  for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName })
}
