import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Running } from './supervised.ts'

export interface ProcessOptions {
  name: string
  workingDirectory: string
  /** Arguments of Node. */
  args: string[]
  /** Exactly this; nothing is inherited. */
  environment: Record<string, string>
  logFile: string
  /** Told the pid at once, long before the process is ready. */
  onSpawn(pid: number): void
  readyTimeoutMs?: number
  /** How long it may take to drain before it is killed. */
  stopTimeoutMs?: number
}

/**
 * Starts a Node process of ours and waits for its message \`{ready: true, url}\`. It is in a session of its own, so Ctrl-C
 * reaches only us, and it drains by itself when its channel to us closes. It writes its log into the file directly: what
 * it says while we are gone is kept.
 */
export async function startProcess(options: ProcessOptions): Promise<Running> {
  const { name, workingDirectory, args, environment, logFile, readyTimeoutMs = 60_000, stopTimeoutMs = 12_000 } = options
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(process.execPath, args, {
    cwd: workingDirectory,
    env: environment,
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  })
  closeSync(log)
  if (child.pid) options.onSpawn(child.pid)
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  try {
    const url = await readyUrl(child, exited, readyTimeoutMs)
    return {
      pid: child.pid ?? 0,
      url,
      exited,
      kill: () => kill('SIGKILL'),
      async stop() {
        const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
        await kill('SIGTERM')
        clearTimeout(force)
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    await exited
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${name} ${reason}. The end of ${logFile}:\n${tail(logFile)}`)
  }
}

async function readyUrl(child: ChildProcess, exited: Promise<string>, timeoutMs: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const timer = setTimeout(() => reject(new Error(`was not ready after ${timeoutMs / 1000} s`)), timeoutMs)
  void exited.then((how) => reject(new Error(`ended before it was ready (${how})`)))
  child.on('message', (message) => {
    if (isReadyMessage(message)) resolve(message.url)
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

function isReadyMessage(message: unknown): message is { ready: true; url: string } {
  return typeof message === 'object' && message !== null && 'ready' in message && 'url' in message && typeof message.url === 'string'
}

/** The end of a log without stack frames, which would push what was wrong out of sight. */
function tail(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines
    .filter((line) => !/^\s+at /.test(line))
    .slice(-12)
    .join('\n')
}
