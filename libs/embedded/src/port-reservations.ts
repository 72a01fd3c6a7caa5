import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** One file for each port, named like it, with the id of the process that has it. */
const folder = join(tmpdir(), `parley-ports-${userInfo().uid}`)

/**
 * Makes a port this process's own as long as it lives: between the moment when a port is chosen and the one when somebody
 * listens there, no other process that asks here is given it. False when it is somebody's already, also this process's.
 */
export async function reservePort(port: number): Promise<boolean> {
  const file = join(folder, String(port))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!(await hasOwner(file))) await rm(file, { force: true })
    return false
  }
}

/** Whoever is just writing the file counts, too. */
async function hasOwner(file: string): Promise<boolean> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
