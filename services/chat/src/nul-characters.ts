import type { App } from '@parley/service-kit'
import { commonErrors } from './errors.ts'

/** Postgres has no text with the character U+0000: what carries one is refused here instead of failing there. */
export function refuseNulCharacters(app: App): void {
  app.addHook('preValidation', async (request) => {
    for (const [place, fields] of [
      ['', request.body],
      ['?', request.query],
    ] as const) {
      if (typeof fields !== 'object' || fields === null) continue
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value !== 'string' || !value.includes('\0')) continue
        throw commonErrors.invalid_request({ errors: [{ path: `${place}${name}`, message: 'must not contain the character U+0000' }] })
      }
    }
  })
}
