import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Home } from './home.ts'
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts'

/** Another process runs the platform in the same data folder. */
export class AlreadyRunningError extends Error {
  readonly pid: number
  readonly url: string | null

  constructor(home: Home, pid: number, url: string | null) {
    const where = url === null ? 'it is still starting' : `at ${url}`
    super(
      `Parley already runs in ${home.directory} (process ${pid}), ${where}. Stop that one with Ctrl-C, or set PARLEY_HOME to another folder.`,
    )
    this.name = 'AlreadyRunningError'
    this.pid = pid
    this.url = url
  }
}

/** Takes the data folder for this process; returns how to give it back. Throws AlreadyRunningError when another one has it. */
export function lockHome(home: Home): () => void {
  const own = `${home.lockFile}.${process.pid}`
  writeFileSync(own, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (take(own, home.lockFile)) return () => rmSync(home.lockFile, { force: true })
      removeStaleLock(home)
    }
  } finally {
    rmSync(own, { force: true })
  }
  throw new Error(`${home.lockFile} cannot be taken; another process is starting at this moment`)
}

/** A link either appears with its content or not at all, so nobody ever reads half of a lock. */
function take(file: string, lockFile: string): boolean {
  try {
    linkSync(file, lockFile)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** A lock whose process is gone was left by a crash. It is moved before it is judged, so two that find it cannot both take it. */
function removeStaleLock(home: Home): void {
  refuseWhenHeld(home, home.lockFile)
  const moved = `${home.lockFile}.${process.pid}.stale`
  try {
    renameSync(home.lockFile, moved)
  } catch {
    return
  }
  try {
    refuseWhenHeld(home, moved)
  } catch (error) {
    take(moved, home.lockFile)
    throw error
  } finally {
    rmSync(moved, { force: true })
  }
}

function refuseWhenHeld(home: Home, file: string): void {
  const holder = readHolder(file)
  if (holder && isRunning(holder)) throw new AlreadyRunningError(home, holder.pid, runningUrl(home))
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function runningUrl(home: Home): string | null {
  try {
    return JSON.parse(readFileSync(home.runFile, 'utf8')).url
  } catch {
    return null
  }
}
