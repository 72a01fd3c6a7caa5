import { inspect } from 'node:util'
import { z } from 'zod'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { exampleSecrets, innerFields } from './example-secrets.ts'
import { secretFields, urlFields } from './fields.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Config<S extends z.core.$ZodShape> = Readonly<z.output<z.ZodObject<S>>>

/**
 * Reads the variables named in `shape`. An empty value counts as missing. Throws ConfigError with every problem at
 * once. With NODE_ENV=production, secrets that look like the example file's are refused.
 * The result is frozen, and logging it shows secrets and URLs as `[redacted]`; in JSON, amounts (bigint) are decimal text.
 */
export function loadConfig<S extends z.core.$ZodShape>(shape: S, env: Environment = process.env): Config<S> {
  const given = Object.fromEntries(Object.keys(shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const parsed = z.object(shape).safeParse(given)
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => describe(issue, given))
  if (env.NODE_ENV === 'production') problems.push(...exampleSecrets(shape, given))
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(maskWhenPrinted(parsed.data, shape)) as Config<S>
}

/**
 * `loadConfig` for a process's entry: prints the list and exits 1 instead of throwing. Takes a shape, or a service's
 * own `readConfig`.
 */
export function configOrExit<S extends z.core.$ZodShape>(shape: S): Config<S>
export function configOrExit<T>(read: () => T): T
export function configOrExit(source: z.core.$ZodShape | (() => unknown)): unknown {
  try {
    return typeof source === 'function' ? source() : loadConfig(source)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): ConfigProblem {
  const [name = '', ...inner] = issue.path.map(String)
  const place = inner.length > 0 ? ` (at ${inner.join('.')})` : ''
  const text = issue.code === 'invalid_value' ? allowedValues(issue) : issue.message
  return { name, message: name in given ? `is wrong: ${text}${place}` : `is missing: ${text}` }
}

const allowedValues = (issue: z.core.$ZodIssueInvalidValue): string =>
  issue.message.startsWith('needs') ? issue.message : `needs one of ${issue.values.map(String).join(', ')}`

function maskWhenPrinted<T extends object>(config: T, shape: z.core.$ZodShape): T {
  const masked = () =>
    Object.fromEntries(Object.entries(config).map(([name, value]) => [name, isMarked(shape[name]) && value ? '[redacted]' : value]))
  // JSON has no integers of this size, and JSON.stringify throws at them.
  const inJson = () =>
    Object.fromEntries(Object.entries(masked()).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]))
  Object.defineProperty(config, 'toJSON', { value: inJson, enumerable: false })
  Object.defineProperty(config, inspect.custom, { value: masked, enumerable: false })
  return config
}

/** Marks survive `.optional()`, `.default()`, `.refine()` and `json()` around the field. */
function isMarked(field: unknown): boolean {
  return innerFields(field).some((inner) => secretFields.has(inner) || urlFields.has(inner))
}
