import { z } from 'zod'

/** Marks what must never be printed. `loadConfig` masks these when the configuration is logged. */
export const secretFields = z.registry<{ isSecret: true }>()

const SECRET_MIN_CHARACTERS = 16

/** A password, key or pepper of at least 16 characters. Values copied from the example file are refused in production. */
export function secret(): z.ZodString {
  const field = z.string({ error: 'needs a secret' }).min(SECRET_MIN_CHARACTERS, `needs at least ${SECRET_MIN_CHARACTERS} characters`)
  secretFields.add(field, { isSecret: true })
  return field
}

/**
 * An absolute URL, for example `url('http', 'https')`; without arguments any scheme is taken. It may carry credentials,
 * so it is masked like a secret when logged, and its password is checked like one in production.
 */
export function url(...schemes: string[]): z.ZodString {
  const allowed = schemes.length > 0 ? schemes.map((scheme) => `${scheme}://…`).join(' or ') : 'scheme://…'
  const error = `needs a URL: ${allowed}`
  const field = z.string({ error }).refine((value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null
    return parsed !== null && (schemes.length === 0 || schemes.includes(parsed.protocol.slice(0, -1)))
  }, error)
  urlFields.add(field, { isUrl: true })
  return field
}

/** Marks fields whose password part is checked in production. */
export const urlFields = z.registry<{ isUrl: true }>()

/** A whole number from `minimum` to `maximum`. */
export const wholeNumber = (minimum: number, maximum: number, error = `needs a whole number between ${minimum} and ${maximum}`) =>
  z
    .string({ error })
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, error)

/** A TCP port; 0 lets the system choose. */
export const port = () => wholeNumber(0, 65_535, 'needs a port number between 0 and 65535')

/** A duration in whole seconds, more than 0. */
export const seconds = () => wholeNumber(1, 10 * 365 * 86_400, 'needs a whole number of seconds, 1 or more')

/** A duration in whole milliseconds. */
export const milliseconds = () => wholeNumber(0, Number.MAX_SAFE_INTEGER, 'needs a whole number of milliseconds')

const MICRO_PLACES = 6

/** An amount in USD with at most six decimal places, as integer micro-USD: `"0.50"` -> `500000n`. */
export const usd = () => {
  const error = 'needs an amount in USD, such as 0.50'
  return z
    .string({ error })
    .regex(/^\d{1,9}(\.\d{1,6})?$/, error)
    .transform((text) => {
      const [whole, fraction = ''] = text.split('.')
      return BigInt(`${whole}${fraction.padEnd(MICRO_PLACES, '0')}`)
    })
}

/** `true` or `1`, `false` or `0`. */
export const flag = () => {
  const error = 'needs true or false'
  return z.enum(['true', '1', 'false', '0'], { error }).transform((value) => value === 'true' || value === '1')
}

/** A value given as JSON text, checked by `schema`. With `isSecret` it is masked when the configuration is logged. */
export const json = <T extends z.ZodType>(schema: T, { isSecret = false } = {}) => {
  const text = z.string({ error: 'needs JSON' })
  if (isSecret) secretFields.add(text, { isSecret })
  return text
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'needs JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
}
