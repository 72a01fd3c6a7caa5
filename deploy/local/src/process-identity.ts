import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process and when it began: together they name one process for good, also after its pid has gone to another one. */
export interface ProcessIdentity {
  pid: number
  startedAt: string
}

/** The identity of a running process, or null when there is none with this pid. */
export function identify(pid: number): ProcessIdentity | null {
  const startedAt = process.platform === 'linux' ? startTicks(pid) : startDate(pid)
  return startedAt === null ? null : { pid, startedAt }
}

/** True when exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid)
  return now !== null && now.startedAt === identity.startedAt
}

/** Field 22 of /proc/<pid>/stat: ticks from the machine's start to the process's. A zombie has ended. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces and parentheses; what follows the last one is regular.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function startDate(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
