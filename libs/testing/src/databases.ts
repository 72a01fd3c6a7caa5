import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { testPostgresUrl } from './postgres.ts'
import { databaseUrl, ensureTemplate } from './template-databases.ts'

export type ServiceName = 'gateway' | 'auth' | 'chat' | 'ai-router' | 'billing' | 'notification' | 'usage'

export interface TestDatabase {
  /** As the service connects: may read and write rows, may not change the schema. */
  url: string
  /** As the migrations connect: owns everything. */
  ownerUrl: string
  drop(): Promise<void>
}

/** A database of its own with the service's migrations applied, copied in some 30 ms from a template made once per set of migrations. */
export async function createTestDatabase(service: ServiceName): Promise<TestDatabase> {
  const adminUrl = await testPostgresUrl()
  const template = await ensureTemplate(adminUrl, service)
  const name = `parley_test_${service.replaceAll('-', '_')}_${randomBytes(5).toString('hex')}`
  await asAdmin(adminUrl, async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template.name} OWNER ${template.owner}`)
    // A copy inherits what was granted inside the template, not who may connect to it.
    await admin.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`)
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${template.role}`)
  })
  return {
    url: databaseUrl(template.url, name),
    ownerUrl: databaseUrl(template.ownerUrl, name),
    drop: () => asAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  }
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client(url)
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}
