import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

export interface Template {
  name: string
  owner: string
  role: string
  ownerUrl: string
  url: string
}

const root = join(import.meta.dirname, '../../..')
const password = 'password-of-test-databases'
const made = new Map<string, Promise<Template>>()

/** The migrated database that test databases of this service are copied from; made by whoever needs it first. */
export function ensureTemplate(adminUrl: string, service: string): Promise<Template> {
  const known = made.get(service) ?? makeTemplate(adminUrl, service)
  made.set(service, known)
  return known
}

async function makeTemplate(adminUrl: string, service: string): Promise<Template> {
  const migrationsDirectory = join(root, 'services', service, 'prisma/migrations')
  const name = `parley_test_template_${service.replaceAll('-', '_')}_${hashOf([migrationsDirectory, join(root, 'libs/database')])}`
  const base = new URL(adminUrl)
  const urlOf = (role: string) => {
    const url = new URL(base)
    url.username = role
    url.password = password
    return databaseUrl(url.href, name)
  }
  const template: Template = { name, owner: `${name}_owner`, role: name, ownerUrl: urlOf(`${name}_owner`), url: urlOf(name) }
  const admin = new pg.Client(adminUrl)
  await admin.connect()
  try {
    // Test files run side by side; the lock belongs to this session, so it is given back even when the test is killed.
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name])
    const { rows } = await admin.query<{ mark: string | null }>(
      "SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = $1",
      [name],
    )
    if (rows[0]?.mark === 'complete') return template
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    // The schema engine is large and most test processes find the template made.
    const { migrate, provision } = await import('@parley/database')
    await provision({ adminUrl, database: name, ownerPassword: password, password })
    await migrate({ url: template.ownerUrl, migrationsDirectory })
    // Postgres copies a database only while nobody is connected to it, so nobody is let in any more.
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`)
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
    await admin.query(`COMMENT ON DATABASE ${name} IS 'complete'`)
    return template
  } finally {
    await admin.end()
  }
}

function hashOf(directories: string[]): string {
  const hash = createHash('sha256')
  for (const directory of directories) {
    const files = globSync('**/*.sql', { cwd: directory, exclude: ['node_modules/**'] }).sort()
    for (const file of files) hash.update(file).update(readFileSync(join(directory, file)))
  }
  return hash.digest('hex').slice(0, 10)
}

export function databaseUrl(url: string, database: string): string {
  const result = new URL(url)
  result.pathname = `/${database}`
  return result.href
}
