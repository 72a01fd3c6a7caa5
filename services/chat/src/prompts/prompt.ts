import { type promptsApi, promptVariables } from '@parley/contracts'
import type { Principal } from '@parley/principal'
import { commonErrors } from '../errors.ts'

export interface PromptRow {
  id: string
  userId: string
  name: string
  text: string
  isShared: boolean
  version: number
  createdAt: Date
  updatedAt: Date
}

export interface PromptVersionRow {
  version: number
  name: string
  text: string
  createdAt: Date
}

/** Who asks, as far as prompts are concerned. */
export type Reader = Pick<Principal, 'userId' | 'role'>

export function toPrompt(row: PromptRow, { userId, role }: Reader): promptsApi.Prompt {
  return {
    id: row.id,
    name: row.name,
    text: row.text,
    variables: promptVariables(row.text),
    version: row.version,
    shared: row.isShared,
    mine: row.isShared ? role === 'admin' : row.userId === userId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export const toVersion = ({ version, name, text, createdAt }: PromptVersionRow) => ({
  ...{ version, name, text },
  createdAt: createdAt.toISOString(),
})

/** Versions are counted by 32 bits. */
export const LAST_VERSION = 2 ** 31 - 1

/** The place in a list of versions, which are ordered by their number alone. */
export const versionCursor = (version: number): string => Buffer.from(`v${version}`).toString('base64url')

/** Throws `invalid_request` on what `versionCursor` did not make. */
export function versionOfCursor(cursor: string): number {
  const [, digits] = /^v([1-9]\d{0,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const version = Number(digits)
  if (version <= LAST_VERSION) return version
  throw commonErrors.invalid_request({ errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] })
}
