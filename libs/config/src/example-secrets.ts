import { z } from 'zod'
import type { ConfigProblem } from './config-error.ts'
import { secretFields, urlFields } from './fields.ts'

/** How example files, tutorials and defaults spell their secrets. */
const EXAMPLE = /change[-_ ]?me|replace[-_ ]?me|example|placeholder|insecure|default|your[-_ ]|dev[-_ ]?only|^(.)\1+$/i

/** Passwords of URLs are shorter than secrets; these are the ones everybody tries first. */
const WELL_KNOWN_PASSWORDS = new Set(['postgres', 'password', 'parley', 'secret', 'admin', 'root', 'redis', 'nats', 'test'])

/** the secrets in `given` that production must refuse. */
export function exampleSecrets(shape: z.core.$ZodShape, given: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  return Object.entries(shape).flatMap(([name, field]) => {
    const value = given[name]
    if (value === undefined) return []
    const isExample = innerFields(field).some(
      (inner) => (secretFields.has(inner) && EXAMPLE.test(value)) || (urlFields.has(inner) && hasWellKnownPassword(value)),
    )
    return isExample ? [{ name, message: 'is refused in production: it is an example value, generate one of your own' }] : []
  })
}

function hasWellKnownPassword(value: string): boolean {
  const password = URL.canParse(value) ? decodeURIComponent(new URL(value).password) : ''
  return password !== '' && (WELL_KNOWN_PASSWORDS.has(password) || EXAMPLE.test(password))
}

/** A field and everything it wraps: marks survive `.optional()`, `.default()`, `.refine()` and `json()`. */
export function innerFields(field: unknown): z.core.$ZodType[] {
  if (!(field instanceof z.core.$ZodType)) return []
  const { def } = field._zod as { def: { innerType?: unknown; in?: unknown } }
  return [field, ...innerFields(def.innerType), ...innerFields(def.in)]
}
