import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A process of the benchmark beside the platform: it ends when its channel to us closes, so none is left behind. */
export interface SideProcess {
  pid: number
  /** What it said when it was ready. */
  ready: string
  /** Sends a message and waits for the answer to it; one at a time. Rejects when the process ends or fails. */
  ask<Answer>(message: object): Promise<Answer>
  stop(): Promise<void>
}

type Reply = { ready: string } | { result: unknown } | { failure: string }

/** @param args of the command line */
export async function startSideProcess(name: string, args: string[] = []): Promise<SideProcess> {
  const child = fork(join(import.meta.dirname, `${name}.main.ts`), args, {
    execArgv: [`--title=parley-bench-${name}`],
    serialization: 'advanced',
  })
  const exited = once(child, 'exit')
  const nextReply = async (): Promise<Reply> => {
    const ended = exited.then(([code]) => Promise.reject(new Error(`${name} has ended (exit code ${code})`)))
    const [reply] = (await Promise.race([once(child, 'message'), ended])) as [Reply]
    return reply
  }
  const first = await nextReply()
  return {
    pid: child.pid ?? 0,
    ready: 'ready' in first ? first.ready : '',
    async ask<Answer>(message: object) {
      child.send(message)
      const reply = await nextReply()
      if ('failure' in reply) throw new Error(`${name}: ${reply.failure}`)
      return ('result' in reply ? reply.result : undefined) as Answer
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
