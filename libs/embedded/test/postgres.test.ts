import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '@parley/testing'
import pg from 'pg'
import t, { type Test } from 'tap'
import { startPostgres } from '../src/index.ts'

const password = 'p@ss/word of: a test'

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const start = async (t: Test, directory: string) => {
  const server = await startPostgres({ directory, password, unsafeFast: true })
  t.teardown(() => server.stop())
  return server
}

t.test('a cluster keeps its data over a clean stop and over kill -9', async (t) => {
  const directory = join(temporaryDirectory('embedded'), 'data')
  const first = await start(t, directory)
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  const second = await start(t, directory)
  t.same(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  await second.kill()
  t.ok(existsSync(join(directory, 'postmaster.pid')), 'the lock file of the killed server is there')
  const third = await start(t, directory)
  t.same(await query(third.url, 'SELECT answer FROM kept'), [{ answer: 42 }])
  t.match(await query(third.url, 'SHOW server_encoding'), [{ server_encoding: 'UTF8' }])
})

t.test('only the password lets in, and only on 127.0.0.1', async (t) => {
  const server = await start(t, join(temporaryDirectory('embedded'), 'data'))
  const wrong = new URL(server.url)
  wrong.password = 'guessed'
  await t.rejects(query(wrong.href, 'SELECT 1'), /password authentication failed/)
  t.same(await query(server.url, 'SHOW listen_addresses'), [{ listen_addresses: '127.0.0.1' }])
})

t.test('a server that an earlier run left behind is stopped; a lock whose pid belongs to somebody else now is removed', async (t) => {
  const directory = join(temporaryDirectory('embedded'), 'data')
  const leftover = await start(t, directory)
  const next = await start(t, directory)
  t.not(next.pid, leftover.pid)
  await leftover.exited
  const lock = readFileSync(join(directory, 'postmaster.pid'), 'utf8')
  await next.stop()

  // Postgres itself believes any living pid of its own account, so the foreign process runs under that account.
  const account = process.getuid?.() === 0 ? { uid: Number(execFileSync('id', ['-u', 'postgres'])) } : {}
  const foreign = spawn('sleep', ['60'], account)
  t.teardown(() => foreign.kill())
  writeFileSync(join(directory, 'postmaster.pid'), lock.replace(/^\d+/, String(foreign.pid)))
  const after = await start(t, directory)
  t.same(await query(after.url, 'SELECT 1 AS one'), [{ one: 1 }])
  t.equal(foreign.exitCode ?? foreign.signalCode, null, 'the foreign process was left alone')
})

t.test('root may keep the cluster where no other account may enter', { skip: process.getuid?.() !== 0 && 'for root only' }, async (t) => {
  const closed = join(temporaryDirectory('embedded'), 'closed')
  mkdirSync(closed)
  chmodSync(closed, 0o700)
  const server = await start(t, join(closed, 'data'))
  t.same(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }])
  t.equal(statSync(closed).mode & 0o777, 0o700, 'and the folder is as closed as before')
})
