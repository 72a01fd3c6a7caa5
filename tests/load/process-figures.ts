import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** One process, or a server with all its children. */
export interface Watched {
  name: string
  pid: number
  /** Its children are part of it: Postgres has one for each connection. */
  withChildren?: boolean
}

export interface ProcessFigures {
  /** User and system time since it began, children that have ended included. */
  cpuSeconds: number
  rssBytes: number
}

const hasProc = existsSync('/proc/self/stat')
/** USER_HZ: fixed at 100 for programs on every Linux. */
const TICKS_PER_SECOND = 100

/** CPU time and memory of each, by name. A process that is gone is left out. */
export function readProcesses(watched: Watched[]): Record<string, ProcessFigures> {
  const table = hasProc ? undefined : readTable()
  const read = table ? (pid: number) => table.get(pid) : readProc
  const children = (pid: number): number[] => (table ? childrenIn(table, pid) : childrenOf(pid))
  return Object.fromEntries(
    watched.flatMap(({ name, pid, withChildren = false }) => {
      const own = read(pid)
      if (!own) return []
      const parts = [own, ...(withChildren ? children(pid).flatMap((child) => read(child) ?? []) : [])]
      return [[name, { cpuSeconds: sum(parts.map(({ cpuSeconds }) => cpuSeconds)), rssBytes: memoryOf(parts) }]]
    }),
  )
}

interface Reading {
  cpuSeconds: number
  privateBytes: number
  sharedBytes: number
}

/** Memory that several processes of one server share counts once. */
const memoryOf = (parts: Reading[]): number =>
  sum(parts.map(({ privateBytes }) => privateBytes)) + Math.max(...parts.map(({ sharedBytes }) => sharedBytes))

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)

/** proc(5): the fields after the name in brackets, which may hold anything. */
function readProc(pid: number): Reading | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = sum(fields.slice(11, 15).map(Number))
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const kilobytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    return {
      cpuSeconds: ticks / TICKS_PER_SECOND,
      privateBytes: kilobytes('RssAnon') * 1_024,
      sharedBytes: (kilobytes('RssFile') + kilobytes('RssShmem')) * 1_024,
    }
  } catch {
    return undefined
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

type Table = Map<number, Reading & { parent: number }>

/** Other systems: whole seconds in two digits after the point, and no way to tell shared memory apart. */
function readTable(): Table {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,time='], { encoding: 'utf8' }).trim().split('\n')
  const rows = lines.map((line) => {
    const [pid, parent, rss, time = '0'] = line.trim().split(/\s+/)
    const cpuSeconds = time.split(/[:-]/).reduce((seconds, part) => seconds * 60 + Number(part), 0)
    return [Number(pid), { parent: Number(parent), cpuSeconds, privateBytes: Number(rss) * 1_024, sharedBytes: 0 }] as const
  })
  return new Map(rows)
}

const childrenIn = (table: Table, pid: number): number[] => [...table].filter(([, { parent }]) => parent === pid).map(([child]) => child)
