import { commonErrors } from '@parley/errors'
import type { App } from './app.ts'

/** Postgres has no text with the character U+0000: what carries one is refused here instead of failing there. */
export function refuseNulCharacters(app: App): void {
  app.addHook('preValidation', (request, _reply, done) => {
    for (const fields of [request.body, request.query]) {
      const path = findNul(fields)
      if (path) throw commonErrors.invalid_request({ errors: [{ path: path.join('.'), message: 'must not contain the character U+0000' }] })
    }
    done()
  })
}

/** No request of ours comes near it. Deeper ones would exhaust the stack of whoever walks through them. */
const DEEPEST = 100

/** Path to the first text (or name of a field) that contains one. */
function findNul(value: unknown, depth = 0): string[] | null {
  if (typeof value === 'string') return value.includes('\0') ? [] : null
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return null
  if (depth > DEEPEST) throw commonErrors.invalid_request({ errors: [{ path: '', message: 'is nested too deeply' }] })
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('\0')) return []
    const found = findNul(inner, depth + 1)
    if (found) return [name, ...found]
  }
  return null
}
