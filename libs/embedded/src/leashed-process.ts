import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'

// The shell holds the server on a leash: it reads a pipe whose other end only our process has. When we end, however we
// end, the pipe closes and the server is told to stop, so a crashed run leaves nothing behind. The shell is in a session
// of its own, so Ctrl-C in the terminal reaches us alone and we decide the order in which things stop.
const leash = `
exec 3<&0
"$@" </dev/null >&2 3<&- &
server=$!
echo "$server"
(
  read -r _ <&3
  trap '' TERM
  kill -s "$LEASH_SIGNAL" "$server"
  while kill -0 "$server"; do sleep 0.05; done
  [ -n "$LEASH_REMOVE" ] && rm -rf "$LEASH_REMOVE"
) >/dev/null 2>&1 &
guard=$!
wait "$server"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
`

export interface LeashedProcessOptions {
  command: string[]
  logFile: string
  /** The signal that makes this server stop at once and cleanly. */
  stopSignal: NodeJS.Signals
  environment?: NodeJS.ProcessEnv
  /** A directory to remove when this process has ended and the server with it, for servers that live for one test only. */
  removeWithUs?: string
}

export interface LeashedProcess {
  pid: number
  /** Resolves with the exit code when the server has ended, for whatever reason. */
  exited: Promise<number | null>
  hasExited(): boolean
  /** Sends the stop signal, then SIGKILL after the grace period; resolves when the server has ended. */
  stop(graceMs?: number): Promise<void>
  kill(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a server that cannot outlive this process, and appends what it prints to `logFile`. */
export async function startLeashed(options: LeashedProcessOptions): Promise<LeashedProcess> {
  const log = openSync(options.logFile, 'a', 0o600)
  const shell = spawn('/bin/sh', ['-c', leash, 'sh', ...options.command], {
    stdio: ['pipe', 'pipe', log],
    detached: true,
    env: {
      ...process.env,
      ...options.environment,
      LEASH_SIGNAL: options.stopSignal.replace('SIG', ''),
      LEASH_REMOVE: options.removeWithUs ?? '',
    },
  })
  closeSync(log)
  let ended = false
  const exited = new Promise<number | null>((resolve) => {
    shell.once('error', () => resolve(null))
    shell.once('exit', (code) => resolve(code))
  }).finally(() => {
    ended = true
  })
  const pid = await readPid(shell)
  // Nothing of a running server may keep a finished test file or command alive: ending is what drops the leash.
  shell.unref()
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (!ended) sendSignal(pid, signal)
    await held(exited)
  }
  return {
    pid,
    exited,
    hasExited: () => ended,
    kill,
    async stop(graceMs = 10_000) {
      if (ended) return
      const force = setTimeout(() => sendSignal(pid, 'SIGKILL'), graceMs)
      await kill(options.stopSignal)
      clearTimeout(force)
    },
  }
}

async function readPid(shell: ChildProcess): Promise<number> {
  if (!shell.stdout || !shell.stdin) throw new Error('the shell that guards the server has no pipes')
  for (const pipe of [shell.stdin, shell.stdout]) {
    pipe.on('error', () => undefined)
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  }
  const lines = createInterface({ input: shell.stdout })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  lines.once('line', (line) => resolve(Number(line)))
  shell.once('exit', () => reject(new Error('the shell that guards the server ended before it started the server')))
  shell.once('error', reject)
  try {
    return await held(promise)
  } finally {
    lines.close()
  }
}

/** Waits for something whose own handles are unreferenced, without letting the process end meanwhile. */
async function held<T>(promise: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, 60_000)
  try {
    return await promise
  } finally {
    clearInterval(hold)
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended between our check and the signal.
  }
}
