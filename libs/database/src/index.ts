/** Postgres for a service: clients with the platform's pool settings, its database and roles, its migrations. */

export type { ClientBase, Pool, PoolClient } from 'pg'
export type { ConnectionOptions } from './connection-options.ts'
export { type CreateMigrationOptions, createMigration } from './create-migration.ts'
export { unhurried, untilDurable } from './durable.ts'
export { type MigrateOptions, migrate } from './migrate.ts'
export { openPool } from './pool.ts'
export { type ClientOptions, openDatabase, openPrisma } from './prisma.ts'
export { type ProvisionedDatabase, type ProvisionOptions, provision } from './provision.ts'
export { type PurgeOptions, purgeHourly } from './purge.ts'
export { createSql, type Fragment, fragment, type Sql } from './sql.ts'
export type { Transaction, TransactionClient } from './transaction.ts'
