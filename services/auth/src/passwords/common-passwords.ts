import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** Shorter ones are refused for their length. */
const MIN_CHARACTERS = 8

/**
 * The most used passwords in leaks, offline, from @zxcvbn-ts. The package's file is read directly: importing the package
 * would keep all of its lists in memory for good, this keeps the third of one that matters.
 */
let known: ReadonlySet<string> | undefined

/** Expects the password in lower case. */
export function isCommonPassword(lowerCase: string): boolean {
  known ??= load()
  return known.has(lowerCase)
}

function load(): ReadonlySet<string> {
  const file = fileURLToPath(import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json'))
  const list = z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))
  return new Set(list.filter((password) => password.length >= MIN_CHARACTERS))
}
