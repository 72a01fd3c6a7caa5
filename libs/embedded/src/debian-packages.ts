import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Each program's package with the libraries that are not on every Debian. */
const packages = {
  'nats-server': ['nats-server'],
  'redis-server': ['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'],
} satisfies Record<string, string[]>

export type InfrastructureBinary = keyof typeof packages

/** `apt-get install`, as root. RUNLEVEL keeps Debian from starting the system's own server with it. */
export async function installPackage(name: InfrastructureBinary, onProgress: (text: string) => void): Promise<void> {
  onProgress(`installing ${name} with apt`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', name], { env: environment, timeout: 180_000 })
  await install().catch(async () => {
    await run('apt-get', ['update'], { env: environment, timeout: 120_000 })
    await install()
  })
}

/**
 * Downloads Debian's packages and unpacks them into a folder, which needs no rights and changes nothing on the system.
 * Returns a small script at `<tools>/bin/<name>` that starts the program with the libraries beside it.
 */
export async function unpackPackages(
  name: InfrastructureBinary,
  toolsDirectory: string,
  onProgress: (text: string) => void,
): Promise<string> {
  onProgress(`unpacking ${name} from Debian's packages into ${toolsDirectory}`)
  const downloads = join(toolsDirectory, 'downloads', name)
  const root = join(toolsDirectory, 'root')
  rmSync(downloads, { recursive: true, force: true })
  for (const directory of [downloads, root, join(toolsDirectory, 'bin')]) mkdirSync(directory, { recursive: true })
  await download(name, downloads, toolsDirectory)
  for (const file of readdirSync(downloads).filter((entry) => entry.endsWith('.deb'))) {
    await run('dpkg', ['-x', join(downloads, file), root])
  }
  rmSync(downloads, { recursive: true, force: true })
  const launcher = join(toolsDirectory, 'bin', name)
  writeFileSync(
    launcher,
    `#!/bin/sh
root=$(cd "$(dirname "$0")/../root" && pwd)
for folder in "$root"/usr/lib/*-linux-gnu* "$root"/lib/*-linux-gnu*; do LD_LIBRARY_PATH="$folder:$LD_LIBRARY_PATH"; done
export LD_LIBRARY_PATH
for program in "$root/usr/sbin/${name}" "$root/usr/bin/${name}"; do [ -x "$program" ] && exec "$program" "$@"; done
exit 127
`,
  )
  chmodSync(launcher, 0o755)
  await run(launcher, ['--version'])
  return launcher
}

/** With the system's package lists; where it has none, with lists of our own that an ordinary user may fetch. */
async function download(name: InfrastructureBinary, directory: string, toolsDirectory: string): Promise<void> {
  const fetchWith = async (options: string[]) => {
    const names = [...new Set([...packages[name], ...(await missingPackages(name, options))])]
    await run('apt-get', [...options, 'download', ...names], { cwd: directory, timeout: 180_000 })
  }
  await fetchWith([]).catch(async () => {
    const state = join(toolsDirectory, 'apt')
    for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(state, folder), { recursive: true })
    const ownLists = ['-o', `Dir::State::Lists=${join(state, 'lists')}`, '-o', `Dir::Cache=${join(state, 'cache')}`]
    await run('apt-get', [...ownLists, 'update'], { timeout: 120_000 })
    await fetchWith(ownLists)
  })
}

/** What apt would install here besides the program itself: the libraries this very system lacks. */
async function missingPackages(name: string, options: string[]): Promise<string[]> {
  const install = ['install', '--print-uris', '-y', '-qq', '--no-install-recommends', '-o', 'Debug::NoLocking=1', name]
  const { stdout } = await run('apt-get', [...options, ...install])
  return [...stdout.matchAll(/^'[^']+' ([^_ ]+)_/gm)].flatMap((match) => match[1] ?? [])
}
