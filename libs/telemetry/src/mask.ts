/** Keys whose values must never be in a log. */
export const maskedKeys: readonly string[] = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'apiKey',
  'api_key',
  'x-api-key',
  'x-parley-principal',
  'secret',
  'totp',
  'ticket',
  'email',
  'text',
  'prompt',
  'answer',
  'html',
]

export const MASK = '[redacted]'

const known: ReadonlySet<string> = new Set(maskedKeys)
const DEPTH = 3

/**
 * The fields of a log line with the values of `maskedKeys` replaced, at any depth up to three. Where there are none, which
 * is nearly always, it is the same object: the logger's own wildcards cost more than all the rest of a line.
 */
export const masked = (fields: Record<string, unknown>): Record<string, unknown> => maskedTo(DEPTH, fields)

function maskedTo<Value extends object>(depth: number, value: Value): Value {
  let copy: Record<string, unknown> | undefined
  for (const [key, inner] of Object.entries(value)) {
    const safe = known.has(key) ? MASK : depth > 1 && isPlain(inner) ? maskedTo(depth - 1, inner) : inner
    if (safe === inner) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    copy[key] = safe
  }
  return (copy as Value | undefined) ?? value
}

/** Others know themselves what to tell (a Date), or have a serializer that leaves out what must not be told (an Error). */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value)
}
