import type { Turns } from './turns.ts'
import type { World } from './world.ts'

export interface Call {
  world: World
  turns: Turns
  /** Parts of the path the pattern took out. */
  parts: string[]
  query: URLSearchParams
  body: Record<string, unknown>
}

export type Route = [method: string, path: RegExp, handle: (call: Call) => unknown]

export class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}
