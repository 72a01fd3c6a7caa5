import { delimiter, dirname } from 'node:path'
import { findBinary } from './find-binary.ts'

/**
 * Makes NATS and Redis found by everything this process starts. On a bare machine they are got once, into a folder that
 * outlives the run: processes that look side by side would get in each other's way.
 */
export async function putServersOnPath(toolsDirectory: string, onProgress: (text: string) => void): Promise<void> {
  for (const name of ['nats-server', 'redis-server'] as const) {
    const path = await findBinary(name, { toolsDirectory, onProgress })
    process.env.PATH = [process.env.PATH, dirname(path)].join(delimiter)
  }
}
