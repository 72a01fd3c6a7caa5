import { v7 as newId } from 'uuid'

/** Idempotency keys of one kind of request. */
export interface Attempts {
  /** The key it had before, if nothing else was tried since: one whose answer was lost is not done twice. */
  keyFor(request: object): string
  /** It has worked: the same once more is meant as such. */
  done(): void
}

export function createAttempts(): Attempts {
  let last = { request: '', key: '' }
  return {
    keyFor(request) {
      const text = JSON.stringify(request)
      if (text !== last.request) last = { request: text, key: newId() }
      return last.key
    },
    done() {
      last = { request: '', key: '' }
    },
  }
}
