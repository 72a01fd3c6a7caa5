import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Home } from './home.ts'
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts'

const drainMs = 3_000

/** Remembers a process of this data folder as soon as it exists, for the start after a crash. */
export function recordProcess(home: Home, pid: number): void {
  const identities = [...readIdentities(home.processesFile).filter(isRunning), identify(pid)]
  writeFileSync(home.processesFile, JSON.stringify(identities.filter(Boolean)), { mode: 0o600 })
}

/**
 * Ends the service processes of a run that was killed. They drain by themselves when their supervisor is gone; those that
 * have not after three seconds are killed. Only a process with the recorded pid and start time is touched. Returns how many.
 */
export async function endLeftovers(home: Home): Promise<number> {
  const leftovers = readIdentities(home.processesFile).filter(isRunning)
  const killAtMs = performance.now() + drainMs
  while (leftovers.some(isRunning)) {
    if (performance.now() > killAtMs) for (const { pid } of leftovers.filter(isRunning)) process.kill(pid, 'SIGKILL')
    await delay(25)
  }
  return leftovers.length
}

function readIdentities(file: string): ProcessIdentity[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
