import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findBinary } from '../src/index.ts'

t.test('both servers are found on this machine', async (t) => {
  t.match(await findBinary('nats-server'), /\/nats-server$/)
  t.match(await findBinary('redis-server'), /\/redis-server$/)
})

t.test('a copy that was unpacked before is taken without asking apt', async (t) => {
  const toolsDirectory = t.testdir({ bin: {} })
  const unpacked = join(toolsDirectory, 'bin/nats-server')
  writeFileSync(unpacked, '#!/bin/sh\n')
  chmodSync(unpacked, 0o755)
  t.equal(await findBinary('nats-server', { path: '/nowhere', toolsDirectory }), unpacked)
})

t.test('without any way to get one, the message says what a person can do', async (t) => {
  await t.rejects(findBinary('nats-server', { path: '/nowhere' }), /NATS_URL of a running server.*docker compose/)
  await t.rejects(findBinary('redis-server', { path: '/nowhere' }), /REDIS_URL of a running server.*docker compose/)
})
