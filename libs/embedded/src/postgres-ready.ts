import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** True when this very server has written 'ready' into its lock file, as pg_ctl checks it. */
export function isReadyPid(directory: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}
