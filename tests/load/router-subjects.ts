import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@parley/embedded'
import { startSideProcess } from './side-process.ts'

export const subjectNames = ['direct', 'pipe', 'sdk', 'portkey', 'parley'] as const
export type SubjectName = (typeof subjectNames)[number]

/** Something between a client and a vendor, in one process. */
export interface Subject {
  url: string
  pid: number
  /** What each client sends besides its question. */
  clients(): Promise<Record<string, string>[]>
  stop(): Promise<void>
}

const KEY = { authorization: 'Bearer sk-bench' }

export async function startPipe(sourceUrl: string): Promise<Subject> {
  return startOurs('pipe', sourceUrl)
}

export async function startSdkProxy(sourceUrl: string): Promise<Subject> {
  return startOurs('sdk-proxy', sourceUrl)
}

async function startOurs(name: string, sourceUrl: string): Promise<Subject> {
  const { pid, ready, stop } = await startSideProcess(name, [sourceUrl])
  return { url: ready, pid, clients: async () => [KEY], stop }
}

const READY_TIMEOUT_MS = 20_000

/** Portkey's gateway as npm has it, told with each request which vendor to ask. */
export async function startPortkey(sourceUrl: string): Promise<Subject> {
  const port = await freePort()
  const program = createRequire(import.meta.url).resolve('@portkey-ai/gateway/build/start-server.js')
  const { PATH } = process.env
  const child = spawn(process.execPath, [program, '--headless', `--port=${port}`], {
    stdio: 'ignore',
    env: { PATH, NODE_ENV: 'production' },
  })
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(url, child)
  return {
    url,
    pid: child.pid ?? 0,
    clients: async () => [{ ...KEY, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${sourceUrl}/v1` }],
    async stop() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const giveUpMs = performance.now() + READY_TIMEOUT_MS
  while (performance.now() < giveUpMs && child.exitCode === null) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isUp) return
    await delay(100)
  }
  child.kill('SIGKILL')
  throw new Error('Portkey’s gateway does not start')
}
