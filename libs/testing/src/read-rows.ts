import pg from 'pg'

/**
 * Reads rows straight from a service's database on a whole platform, as an auditor would.
 *
 * @param postgresUrl of the server, as a role that may read everything
 */
export async function readRows<T extends object>(
  postgresUrl: string,
  service: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  const url = new URL(postgresUrl)
  url.pathname = `/parley_${service.replaceAll('-', '_')}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    return (await client.query<T>(sql, parameters)).rows
  } finally {
    await client.end()
  }
}
