import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Who runs where: what is measured has a core for itself, everything that makes or serves its load shares the other. */
export interface Affinity {
  /** False where cores cannot be given to processes (one core, no taskset, another system): figures then vary more. */
  isPinned: boolean
  /** Gives the core to a process that is to be measured. */
  pinSubject(pid: number): void
  /** Lets this process run anywhere again. */
  release(): void
}

const OTHERS_CORE = '0'
const SUBJECT_CORE = '1'

/** Processes inherit where their parent may run: from here on this one and what it starts share a core. */
export function separateCores(): Affinity {
  const isPinned = availableParallelism() > 1 && pin(process.pid, SUBJECT_CORE) && pin(process.pid, OTHERS_CORE)
  return {
    isPinned,
    pinSubject: (pid) => void (isPinned && pin(pid, SUBJECT_CORE)),
    release: () => void (isPinned && pin(process.pid, `0-${allCores - 1}`)),
  }
}

const allCores = availableParallelism()

/** All threads of the process. */
function pin(pid: number, cores: string): boolean {
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
