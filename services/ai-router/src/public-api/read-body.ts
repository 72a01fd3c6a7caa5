import { commonErrors } from '@parley/errors'
import type { z } from 'zod'
import { errors } from '../errors.ts'

/** The body by its schema. Throws `invalid_request` with what is wrong where, `unknown_parameter` for one that nobody knows. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap(flatten)
  const unknown = issues.find(({ code, path }) => code === 'unrecognized_keys' && path.length === 0)
  if (unknown?.code === 'unrecognized_keys') {
    const [name = ''] = unknown.keys
    throw errors.unknown_parameter({ params: { name: name.slice(0, 100) }, errors: [{ path: name, message: 'is unknown' }] })
  }
  throw commonErrors.invalid_request({ errors: issues.map(({ path, message }) => ({ path: path.join('.'), message })) })
}

type Issue = z.core.$ZodIssue

/** Of a choice, what the closest alternative complains about: that none fits tells nobody what to mend. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const closest = issue.errors.toSorted((one, other) => depthOf(other) - depthOf(one))[0] ?? []
  if (depthOf(closest) === 0) return [issue]
  return closest.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] } as Issue))
}

const depthOf = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(({ path }) => path.length))
