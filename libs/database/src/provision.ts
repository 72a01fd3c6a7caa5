import pg from 'pg'

/** What one service's database needs. */
export interface ProvisionOptions {
  /** Of a role that may create databases and roles. */
  adminUrl: string
  /** Name of the database and of the service's role; the owning role is `<database>_owner`. Letters, digits, underscores. */
  database: string
  ownerPassword: string
  password: string
}

export interface ProvisionedDatabase {
  /** For migrations only. */
  ownerUrl: string
  /** For the service: it may connect and read and write rows, nothing else. */
  url: string
}

/** Any number, the same for everybody: roles belong to the whole server, so provisioning runs one at a time on it. */
const PROVISION_LOCK = 7_201_933_554_018

/**
 * Makes a service's database with its two roles and their grants, or brings an existing one to the same state
 * (passwords included). Safe to repeat, and safe when several processes do it at once.
 */
export async function provision({ adminUrl, database, ownerPassword, password }: ProvisionOptions): Promise<ProvisionedDatabase> {
  if (!/^[a-z][a-z0-9_]{0,55}$/.test(database)) {
    throw new Error(`'${database}' cannot be a database name: lower-case letters, digits and underscores, at most 56 of them`)
  }
  const owner = `${database}_owner`
  const ownerUrl = urlFor(adminUrl, database, owner, ownerPassword)
  const url = urlFor(adminUrl, database, database, password)

  await withClient(adminUrl, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK])
    await ensureRole(admin, owner, ownerPassword)
    await ensureRole(admin, database, password)
    // An administrator that is not a superuser must belong to the owner to give it a database.
    await admin.query(`GRANT ${owner} TO CURRENT_USER`)
    const existing = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (existing.rowCount === 0) await admin.query(`CREATE DATABASE ${database} OWNER ${owner}`)
    await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
    await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${database}`)
    // While the lock is still held: two sessions changing the same default privileges would collide.
    await withClient(ownerUrl, (client) => client.query(ownerGrants(database)))
  })
  return { ownerUrl, url }
}

/** Everything the owner will ever create can be read and written by the service, and never altered. */
const ownerGrants = (service: string) => `
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  GRANT USAGE ON SCHEMA public TO ${service};
  ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${service};
  ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${service};
  ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO ${service};`

async function ensureRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const existing = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  const verb = existing.rowCount === 0 ? 'CREATE' : 'ALTER'
  await admin.query(`${verb} ROLE ${role} LOGIN PASSWORD ${admin.escapeLiteral(password)}`)
}

function urlFor(adminUrl: string, database: string, user: string, password: string): string {
  const url = new URL(adminUrl)
  url.username = user
  url.password = encodeURIComponent(password)
  url.pathname = `/${database}`
  return url.href
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
