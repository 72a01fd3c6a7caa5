import { join } from 'node:path'
import { startPostgres } from '@parley/embedded'
import { temporaryDirectory } from './temporary-directory.ts'

let started: Promise<string> | undefined

/** POSTGRES_URL (a superuser's) when given, which `npm test` does; else a Postgres that lives as long as this process. */
export function testPostgresUrl(): Promise<string> {
  started ??= process.env.POSTGRES_URL ? Promise.resolve(process.env.POSTGRES_URL) : startOwn()
  return started
}

async function startOwn(): Promise<string> {
  const home = temporaryDirectory('test-postgres')
  const server = await startPostgres({ directory: join(home, 'data'), password: 'postgres', unsafeFast: true, removeWithUs: home })
  return server.url
}
