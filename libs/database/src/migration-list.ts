import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg'

/** The library's own migrations: the Postgres schema `messaging`. */
export const ownMigrationsDirectory = fileURLToPath(new URL('../migrations', import.meta.url))

/** Reads folders of `<timestamp>_<name>/migration.sql` into one list, in the order given and by name within each. */
export async function readMigrations(...directories: string[]): Promise<MigrationList> {
  const migrationDirectories = (await Promise.all(directories.map(readDirectory))).flat()
  return {
    baseDir: directories.at(-1) ?? '',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories,
  }
}

async function readDirectory(directory: string): Promise<MigrationList['migrationDirectories']> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(directory, name, 'migration.sql'), 'utf8') },
      },
    })),
  )
}
