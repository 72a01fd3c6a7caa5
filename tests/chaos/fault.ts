import type { ChangeReplica, ServiceName } from '@parley/local'
import type { RestClass, RestLoad } from './load/rest.ts'
import type { StreamShape } from './load/script.ts'
import type { Streams } from './load/streams.ts'
import type { Random } from './random.ts'
import type { Allowances } from './tally.ts'
import type { World } from './world.ts'

/** One fault of the matrix: how it is made, and what is promised about it. */
export interface Fault {
  id: string
  /** What the platform promises, in one line. */
  promise: string
  prepare(settings: Settings): Plan
}

export interface Settings {
  /** How often the fault is made; for B-1 the number of turns. */
  count: number
  /** How long a server stays away, where that is the fault. */
  awayMs: number | null
  /** Another checkout to run beside this one. */
  old: string | null
}

/** A fault made ready for one run. */
export interface Plan {
  replicas: Partial<Record<ServiceName, number>>
  /** Postgres with fsync. */
  isDurable?: boolean
  serviceEnvironment?: Partial<Record<ServiceName, Record<string, string>>>
  changeReplica?: ChangeReplica
  shape?: StreamShape
  /** Models that readers ask, each always the same one; undefined is the platform's choice, as it is without this. */
  models?: readonly (string | undefined)[]
  allows?: Allowances
  bounds?: Bounds
  /** Answers besides `2xx` that the promise allows. None by default. */
  restAllows?: readonly RestClass[]
  /** Makes the fault as often as asked, under load. */
  drive(run: Run): Promise<void>
  /** What the promise says besides; each finding is a sentence. Asked when everything has ended and the sums were drawn. */
  check?(run: Run): Promise<string[]>
  close?(): Promise<void>
}

/** Longest times in milliseconds. */
export interface Bounds {
  /** Silence of any stream that ran during the fault: no new text, no end. */
  gapMs?: number
  /** The same between two texts only: the wait for a beginning or an end is left out. */
  textGapMs?: number
  /** From the loss of a client's line to the next frame of its turn. */
  resumeMs?: number
  /** From the return of what was away to new text, or the end, of every stream that was waiting. */
  backMs?: number
  /** Any REST answer. */
  restMs?: number
}

/** One fault that was made. Times are of `performance.now()`. */
export interface FaultWindow {
  what: string
  madeAtMs: number
  /** What was away is there again. */
  backAtMs: number
  /** Every process is ready. */
  wholeAtMs: number
}

export interface Run {
  world: World
  streams: Streams
  rest: RestLoad
  random: Random
  count: number
  windows: FaultWindow[]
  say(text: string): void
}
