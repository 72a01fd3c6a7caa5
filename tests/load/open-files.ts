import { readFileSync } from 'node:fs'

/** Files a process needs besides its sockets. */
const OTHERS = 500

/** Node raises its own limit of open files to the hard one; what that is decides how many sockets fit. Throws with what to do. */
export function checkOpenFiles(sockets: number): void {
  const limit = hardLimit()
  if (limit >= sockets + OTHERS) return
  throw new Error(
    `${sockets} sockets need a limit of ${sockets + OTHERS} open files a process, the hard limit here is ${limit}: ` +
      `raise it (ulimit -Hn ${sockets + OTHERS}, or limits.conf), or take fewer with --sockets ${Math.max(1, limit - OTHERS)}.`,
  )
}

/** Unknown where there is no /proc: then the attempt shows it. */
function hardLimit(): number {
  try {
    const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
