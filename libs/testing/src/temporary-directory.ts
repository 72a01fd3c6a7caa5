import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const directories = new Set<string>()

/** A new directory that is removed when this process ends. */
export function temporaryDirectory(purpose: string): string {
  const directory = mkdtempSync(join(tmpdir(), `parley-${purpose}-`))
  if (directories.size === 0) process.once('exit', removeAll)
  directories.add(directory)
  return directory
}

function removeAll(): void {
  for (const directory of directories) {
    try {
      rmSync(directory, { recursive: true, force: true })
    } catch {
      // A server that is just ending still writes into it; its leash removes the rest.
    }
  }
}
