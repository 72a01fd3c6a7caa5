import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What a process was started with, or null when there is no such process (or it is not ours to see). */
export function commandLine(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return null
  }
}

/**
 * Stops a server that an earlier run left behind. A pid alone proves nothing (it may have been given to somebody else by
 * now), so only a process whose command line names `directory` is touched. Returns true when one was stopped.
 */
export async function stopLeftover(options: {
  pid: number
  directory: string
  signal?: NodeJS.Signals
  graceMs?: number
}): Promise<boolean> {
  const { pid, directory, signal = 'SIGTERM', graceMs = 5_000 } = options
  const isOurs = () => Number.isInteger(pid) && pid > 1 && (commandLine(pid)?.includes(directory) ?? false)
  if (!isOurs()) return false
  const killAtMs = performance.now() + graceMs
  process.kill(pid, signal)
  while (isOurs()) {
    await delay(25)
    if (performance.now() > killAtMs) process.kill(pid, 'SIGKILL')
  }
  return true
}

/** The pid a server wrote into its pid file, or null. */
export function pidFrom(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isNaN(pid) ? null : pid
  } catch {
    return null
  }
}
