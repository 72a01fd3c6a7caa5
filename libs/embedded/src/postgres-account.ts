import { execFile, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const accountName = 'postgres'

/** How to start Postgres so that it does not run as root. */
export interface PostgresAccount {
  /** Put before the command; empty for an ordinary user. */
  prefix: string[]
  /** Makes a directory that the account may write. */
  makeDirectory(path: string): void
}

/**
 * An ordinary user runs Postgres as itself. Root runs it as the account `postgres`, which is made when it is missing.
 * Where that account cannot reach the program or the data (a clone inside /root, a private temporary folder), it is
 * lent the one capability to pass through directories, rather than opening those directories to everybody.
 */
export async function postgresAccount(needs: { directory: string; binary: string }): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return { prefix: [], makeDirectory: (path) => mkdirSync(path, { recursive: true, mode: 0o700 }) }
  const { uid, gid } = await lookUp().catch(async () => {
    await run('useradd', ['--system', '--user-group', '--shell', '/usr/sbin/nologin', accountName])
    return await lookUp()
  })
  const plain = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  const lent = [...plain, '--inh-caps=+dac_override,+dac_read_search', '--ambient-caps=+dac_override,+dac_read_search']
  const reaches = (prefix: string[]) => {
    const parent = firstExisting(needs.directory)
    const [program = '', ...rest] = [...prefix, '/bin/sh', '-c', 'test -x "$1" && test -x "$2"', 'sh', needs.binary, parent]
    return spawnSync(program, rest, { stdio: 'ignore' }).status === 0
  }
  const prefix = [plain, lent].find(reaches)
  if (!prefix) {
    throw new Error(
      `Postgres refuses to run as root, and the account '${accountName}' cannot reach ${needs.directory} or ${needs.binary}. ` +
        'Run as an ordinary user, put the clone where other accounts may enter, or give POSTGRES_URL of a server of your own.',
    )
  }
  return {
    prefix,
    makeDirectory(path) {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      chownSync(path, uid, gid)
    },
  }
}

async function lookUp(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', accountName]), run('id', ['-g', accountName])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function firstExisting(path: string): string {
  return existsSync(path) ? path : firstExisting(dirname(path))
}
