import { globSync } from 'node:fs'
import { join, relative } from 'node:path'

export const repository = join(import.meta.dirname, '../..')

export interface TestFiles {
  /** Run side by side. */
  ordinary: string[]
  /** Each starts a whole platform: last, one by one. */
  wholePlatform: string[]
}

const folders = '{libs,services,deploy,tests}'

/** @param filters words of which a file's path, from the repository, must contain one; none takes all */
export function findTestFiles(filters: string[], isBrowserRun: boolean): TestFiles {
  const pattern = isBrowserRun ? 'tests/e2e/**/*.browser.ts' : `${folders}/**/*.test.ts`
  const files = globSync(pattern, { cwd: repository, exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) })
    .map((path) => join(repository, path))
    .filter((path) => filters.length === 0 || filters.some((word) => relative(repository, path).includes(word)))
    .sort()
  return { ordinary: files.filter((path) => !isWholePlatform(path)), wholePlatform: files.filter(isWholePlatform) }
}

const isWholePlatform = (path: string): boolean =>
  relative(repository, path).startsWith(join('tests', 'e2e')) || path.endsWith('.platform.test.ts')
