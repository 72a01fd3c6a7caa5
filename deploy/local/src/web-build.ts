import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './home.ts'

const run = promisify(execFile)
const web = join(repository, 'services/web')
const stampFile = join(repository, 'node_modules/.parley/web')

/** What the gateway serves. */
export const webDirectory = join(web, 'dist')

/** Builds the web app unless the build there is one of these very sources. Returns true when it built. */
export async function buildWeb(): Promise<boolean> {
  const hash = hashOfSources()
  if (existsSync(join(webDirectory, 'index.html')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return false
  // Built beside and moved into place: a gateway that serves the old build never sees half of the new one.
  const building = join(dirname(stampFile), `web-${process.pid}`)
  try {
    const vite = join(repository, 'node_modules/vite/bin/vite.js')
    await run(process.execPath, [vite, 'build', '--outDir', building, '--emptyOutDir', '--logLevel', 'warn'], {
      cwd: web,
      maxBuffer: 16_777_216,
      env: { ...process.env, NODE_ENV: 'production' },
    })
    rmSync(webDirectory, { recursive: true, force: true })
    renameSync(building, webDirectory)
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`the web app cannot be built (start with --no-web to do without it):\n${stdout}${stderr}`, { cause: error })
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, hash)
  return true
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  const files = ['services/web/**/*', 'libs/contracts/src/**/*', 'package-lock.json'].flatMap((pattern) =>
    globSync(pattern, {
      cwd: repository,
      withFileTypes: true,
      exclude: (entry) => entry.name === 'node_modules' || entry.name.startsWith('dist') || entry.name === 'test',
    }),
  )
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const path of paths.sort()) hash.update(path.slice(repository.length)).update(readFileSync(path))
  return hash.digest('hex')
}
