import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { repository } from './home.ts'
import type { Secrets } from './secrets.ts'
import { type ServiceName, serviceNames } from './service-names.ts'

export interface PreparedDatabases {
  /** Each service's own DATABASE_URL. */
  urls: Record<ServiceName, string>
  /** How many databases were made or migrated; 0 when all were as they should be. */
  changed: number
}

/**
 * Makes and migrates the seven databases. A mark on each database says for which migrations and passwords this was done,
 * so a start that finds nothing new costs one query.
 */
export async function prepareDatabases(adminUrl: string, secrets: Secrets): Promise<PreparedDatabases> {
  const marks = await readMarks(adminUrl)
  const urls = await Promise.all(
    serviceNames.map(async (service) => {
      const database = databaseName(service)
      const { owner: ownerPassword, service: password } = secrets.databases[service]
      const mark = `parley ${hashOf(service, ownerPassword, password)}`
      if (marks.get(database) === mark) return { service, url: roleUrl(adminUrl, database, password), isChanged: false }
      // The schema engine is large; most starts do without it.
      const { migrate, provision } = await import('@parley/database')
      const { ownerUrl, url } = await provision({ adminUrl, database, ownerPassword, password })
      await migrate({ url: ownerUrl, migrationsDirectory: migrationsOf(service) }).catch((cause: Error) => {
        throw new Error(`the migrations of ${service} cannot be applied: ${cause.message}`, { cause })
      })
      await query(adminUrl, `COMMENT ON DATABASE ${database} IS '${mark}'`)
      return { service, url, isChanged: true }
    }),
  )
  return {
    urls: Object.fromEntries(urls.map(({ service, url }) => [service, url])) as Record<ServiceName, string>,
    changed: urls.filter(({ isChanged }) => isChanged).length,
  }
}

export const databaseName = (service: ServiceName): string => `parley_${service.replaceAll('-', '_')}`

const migrationsOf = (service: ServiceName) => join(repository, 'services', service, 'prisma/migrations')

async function readMarks(adminUrl: string): Promise<Map<string, string>> {
  const rows = await query<{ name: string; mark: string | null }>(
    adminUrl,
    "SELECT datname AS name, shobj_description(oid, 'pg_database') AS mark FROM pg_database",
  )
  return new Map(rows.map(({ name, mark }) => [name, mark ?? '']))
}

function hashOf(service: ServiceName, ...secrets: string[]): string {
  const hash = createHash('sha256').update(secrets.join('\0'))
  for (const directory of [join(repository, 'libs/database/migrations'), migrationsOf(service)]) {
    for (const file of globSync('**/*.sql', { cwd: directory }).sort()) hash.update(file).update(readFileSync(join(directory, file)))
  }
  return hash.digest('hex')
}

function roleUrl(adminUrl: string, database: string, password: string): string {
  const url = new URL(adminUrl)
  url.username = database
  url.password = encodeURIComponent(password)
  url.pathname = `/${database}`
  return url.href
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}
