import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ServiceName } from './databases.ts'

/** One service as it runs in production: its own process, with the telemetry preload. */
export interface ServiceProcess {
  url: string
  pid: number
  /** Everything it has printed so far. */
  logs(): string
  /** SIGTERM, as a deployment does; resolves with the exit code when the service has drained. */
  stop(): Promise<number | null>
  /** Ends it without warning by default; resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

const services = join(import.meta.dirname, '../../../services')

/** Starts `services/<service>` with exactly this environment (and PATH) on a free port; resolves when it says that it is ready. */
export async function startServiceProcess(
  service: ServiceName,
  environment: Record<string, string>,
  { timeoutMs = 30_000 }: { timeoutMs?: number } = {},
): Promise<ServiceProcess> {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, ['--import', '@parley/telemetry/register', 'src/main.ts'], {
    cwd: join(services, service),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH,
      ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      OTEL_SERVICE_NAME: service,
      ...environment,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  const url = await readyUrl(child, timeoutMs).catch((error: Error) => {
    child.kill('SIGKILL')
    throw new Error(`${service}: ${error.message}\n${output}`)
  })
  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return await exited
  }
  return {
    url,
    pid: child.pid ?? 0,
    logs: () => output,
    stop: () => kill('SIGTERM'),
    kill: async (signal = 'SIGKILL') => {
      await kill(signal)
    },
  }
}

function readyUrl(child: ChildProcess, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready after ${timeoutMs} ms`)), timeoutMs)
    const settle = (result: () => void) => {
      clearTimeout(timer)
      result()
    }
    child.once('error', (error) => settle(() => reject(error)))
    child.once('exit', (code, signal) => settle(() => reject(new Error(`ended (${signal ?? code}) before it was ready`))))
    child.on('message', (message) => {
      if (isReady(message)) settle(() => resolve(message.url))
    })
  })
}

function isReady(message: unknown): message is { ready: true; url: string } {
  return typeof message === 'object' && message !== null && 'ready' in message && 'url' in message
}
