import { startRedis } from '@parley/embedded'
import { temporaryDirectory } from './temporary-directory.ts'

let started: Promise<string> | undefined

/**
 * REDIS_URL when given, which `npm test` does; else a Redis that lives as long as this process. It is shared: a test
 * puts something of its own (an id, a prefix) into every key.
 */
export function testRedisUrl(): Promise<string> {
  started ??= process.env.REDIS_URL ? Promise.resolve(process.env.REDIS_URL) : startOwn()
  return started
}

async function startOwn(): Promise<string> {
  const directory = temporaryDirectory('test-redis')
  const server = await startRedis({ directory, password: 'redis-of-one-test', removeWithUs: directory })
  return server.url
}
