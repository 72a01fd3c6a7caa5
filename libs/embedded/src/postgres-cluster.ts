import { execFile } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresAccount } from './postgres-account.ts'

const run = promisify(execFile)

/**
 * Makes the cluster unless the directory holds one. initdb works beside it and the result is moved into place, so an
 * initdb that was interrupted leaves nothing that looks like a cluster.
 */
export async function initialiseCluster(options: {
  directory: string
  password: string
  initdb: string
  account: PostgresAccount
}): Promise<void> {
  const { directory, password, initdb, account } = options
  if (existsSync(join(directory, 'PG_VERSION'))) return
  const building = `${directory}.building`
  rmSync(building, { recursive: true, force: true })
  account.makeDirectory(building)
  const [program = '', ...rest] = [
    ...account.prefix,
    '/bin/sh',
    '-c',
    // A pipe that initdb reads once: the password neither stands in the process list nor on the disk. Through `cat`,
    // because our end is a socket, which cannot be opened by name.
    'cat | "$@" --pwfile=/dev/stdin',
    'sh',
    initdb,
    `--pgdata=${building}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
  ]
  const child = run(program, rest, { env: { ...process.env, LC_ALL: 'C' } })
  child.child.stdin?.end(`${password}\n`)
  await child
  rmSync(directory, { recursive: true, force: true })
  renameSync(building, directory)
}
