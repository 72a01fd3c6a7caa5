import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { LeashedProcess } from './leashed-process.ts'

/** A running piece of infrastructure. It ends when this process ends, even when this process is killed. */
export interface InfrastructureServer {
  /** Connection string with user and password, on 127.0.0.1. */
  url: string
  pid: number
  port: number
  /** Resolves when the server has ended, whether it was stopped, killed or has crashed. */
  exited: Promise<unknown>
  /** Stops it cleanly; SIGKILL after ten seconds. */
  stop(): Promise<void>
  /** SIGKILL, for tests of what happens then. */
  kill(): Promise<void>
}

/** Waits until `isReady` says so; fails with the end of the server's log when the server ends first or the time is up. */
export async function waitUntilReady(options: {
  name: string
  server: LeashedProcess
  logFile: string
  isReady: () => Promise<boolean>
  timeoutMs?: number
}): Promise<void> {
  const { name, server, logFile, isReady, timeoutMs = 60_000 } = options
  const deadlineMs = performance.now() + timeoutMs
  while (!(await isReady())) {
    if (server.hasExited()) throw new Error(`${name} ended while starting. The end of ${logFile}:\n${tail(logFile)}`)
    if (performance.now() > deadlineMs) {
      await server.kill()
      throw new Error(`${name} was not ready after ${timeoutMs / 1000} s. The end of ${logFile}:\n${tail(logFile)}`)
    }
    await delay(20)
  }
}

/** Sends `question` on a new connection; true when the answer begins with one of the expected texts. */
export function answers(port: number, question: string, expected: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = ''
    const finish = (isReady: boolean) => {
      socket.destroy()
      resolve(isReady)
    }
    socket.setTimeout(1_000, () => finish(false))
    socket.once('error', () => finish(false))
    socket.once('close', () => finish(false))
    socket.on('connect', () => question && socket.write(question))
    socket.on('data', (chunk) => {
      received += chunk.toString()
      if (received.includes(expected)) finish(true)
      else if (received.length > 4_096 || received.includes('-LOADING')) finish(false)
    })
  })
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-6).join('\n')
  } catch {
    return '(empty)'
  }
}
