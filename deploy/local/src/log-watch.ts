import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Pino's own numbers; our services write the words. */
const errorLevels: unknown[] = ['error', 'fatal', 50, 60]
const lookEveryMs = 500
const burst = 3
const burstWindowMs = 10_000

/** The log of the run before is kept beside the new one. */
export function beginLog(directory: string, name: string): string {
  const file = join(directory, `${name}.log`)
  if (existsSync(file)) renameSync(file, join(directory, `${name}.previous.log`))
  closeSync(openSync(file, 'a', 0o600))
  return file
}

/** Tells about errors in a service's log, three in ten seconds at most; the rest is in the file. Returns how to end it. */
export function watchLog(file: string, onError: (text: string) => void): () => void {
  let position = existsSync(file) ? statSync(file).size : 0
  let rest = ''
  let told: number[] = []
  const tell = (text: string) => {
    const nowMs = performance.now()
    told = told.filter((atMs) => nowMs - atMs < burstWindowMs)
    told.push(nowMs)
    if (told.length <= burst) onError(text)
    else if (told.length === burst + 1) onError(`more in ${file}`)
  }
  const look = () => {
    const added = readFrom(file, position)
    position += added.length
    const lines = (rest + added.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const text = errorText(line)
      if (text) tell(text)
    }
  }
  const timer = setInterval(look, lookEveryMs).unref()
  return () => clearInterval(timer)
}

/** The message of a pino line of level error or fatal, with the error's own message. */
export function errorText(line: string): string | null {
  if (!line.startsWith('{')) return null
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: unknown; msg?: string; err?: { message?: string } }
    if (!errorLevels.includes(level)) return null
    return [msg, err?.message].filter((text, index, all) => text && all.indexOf(text) === index).join(': ')
  } catch {
    return null
  }
}

function readFrom(file: string, position: number): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0)
  const descriptor = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(Math.max(statSync(file).size - position, 0), 1_048_576))
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, position))
  } finally {
    closeSync(descriptor)
  }
}
