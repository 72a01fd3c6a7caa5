import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testPostgresUrl } from '@parley/testing'
import pg from 'pg'
import { provision } from '../src/index.ts'

/** A database with its two roles, and a service folder, both of one test. */
export interface Scratch {
  adminUrl: string
  database: string
  ownerUrl: string
  url: string
  passwords: { ownerPassword: string; password: string }
  serviceDirectory: string
  migrationsDirectory: string
  addMigration(name: string, sql: string): Promise<void>
  drop(): Promise<void>
}

export async function createScratch(): Promise<Scratch> {
  const adminUrl = await testPostgresUrl()
  const database = `parley_test_database_${randomBytes(5).toString('hex')}`
  const passwords = { ownerPassword: "o'wner/p@ss:word", password: 'service?pass#word' }
  const { ownerUrl, url } = await provision({ adminUrl, database, ...passwords })
  const serviceDirectory = await mkdtemp(join(tmpdir(), 'parley-database-'))
  const migrationsDirectory = join(serviceDirectory, 'prisma/migrations')
  await mkdir(migrationsDirectory, { recursive: true })
  return {
    adminUrl,
    database,
    ownerUrl,
    url,
    passwords,
    serviceDirectory,
    migrationsDirectory,
    async addMigration(name, sql) {
      await mkdir(join(migrationsDirectory, name), { recursive: true })
      await writeFile(join(migrationsDirectory, name, 'migration.sql'), sql)
    },
    async drop() {
      await query(adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
      await query(adminUrl, `DROP ROLE IF EXISTS ${database}, ${database}_owner`)
      await rm(serviceDirectory, { recursive: true })
    },
  }
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}
