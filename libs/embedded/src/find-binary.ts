import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type InfrastructureBinary, installPackage, unpackPackages } from './debian-packages.ts'

export interface FindBinaryOptions {
  /** Where an ordinary user's copies are unpacked; without it nothing is installed or unpacked. */
  toolsDirectory?: string
  /** Told in a sentence what is being done when it takes long. */
  onProgress?: (text: string) => void
  /** The search path; PATH by default. */
  path?: string
  /** Whether packages may be installed into the system; when we are root by default. */
  mayInstall?: boolean
}

/** Debian's server programs stand in folders that an ordinary user's PATH may lack. */
const systemFolders = ['/usr/local/bin', '/usr/local/sbin', '/usr/bin', '/usr/sbin', '/opt/homebrew/bin']

/**
 * The path of a server program: on PATH, else already unpacked, else installed with apt (Debian and root), else unpacked
 * from Debian's packages into `toolsDirectory`. Fails with what a person can do when none of these works.
 */
export async function findBinary(name: InfrastructureBinary, options: FindBinaryOptions = {}): Promise<string> {
  const { toolsDirectory, onProgress = () => undefined, path } = options
  const search = () =>
    onPath(name, path === undefined ? [...(process.env.PATH ?? '').split(delimiter), ...systemFolders] : path.split(delimiter))
  const found = search()
  if (found) return found
  const reasons: string[] = ['it is not on PATH']
  if (toolsDirectory !== undefined) {
    const unpacked = join(toolsDirectory, 'bin', name)
    if (isExecutable(unpacked)) return unpacked
    if (!existsSync('/usr/bin/apt-get')) reasons.push('this is not a Debian system, so it cannot be installed with apt')
    else {
      const attempts = [
        ...((options.mayInstall ?? process.getuid?.() === 0) ? [() => installPackage(name, onProgress).then(search)] : []),
        () => unpackPackages(name, toolsDirectory, onProgress),
      ]
      for (const attempt of attempts) {
        try {
          const path = await attempt()
          if (path) return path
        } catch (error) {
          reasons.push(error instanceof Error ? error.message : String(error))
        }
      }
    }
  }
  const variable = name === 'nats-server' ? 'NATS_URL' : 'REDIS_URL'
  throw new Error(
    `${name} was not found: ${reasons.join('; ')}. Install it, or give ${variable} of a running server, ` +
      'or start everything in containers: docker compose -f deploy/compose/compose.yaml up',
  )
}

function onPath(name: string, folders: string[]): string | undefined {
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
