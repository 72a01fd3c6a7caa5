import { setTimeout as delay } from 'node:timers/promises'
import type { Supervised } from '@parley/local'
import { waitFor } from '@parley/testing'
import type { Plan, Run } from './fault.ts'
import { longestSilence } from './gaps.ts'

/** Makes the fault once. Resolves, with what was done in a few words, when what was away is back. */
export type Inject = (run: Run, number: number) => Promise<string>

/** Streams that must be in the middle of their text, of all that are going on, before the fault is made. */
const MID_STREAM_SHARE = 0.6

/**
 * Makes a fault `count` times, each time at a random moment while streams are in the middle of their text. The next one
 * waits until the platform is whole and every stream that met this one has ended, so each silence has one cause.
 *
 * @param afterwards what is done as soon as the platform is whole again
 */
export function repeatedly(inject: Inject, afterwards?: (run: Run) => Promise<void>): Plan['drive'] {
  return async (run) => {
    const { streams, random, count, windows, say } = run
    for (let number = 1; number <= count; number += 1) {
      await waitFor('streams to be in the middle', () => streams.midStream().length >= MID_STREAM_SHARE * streams.count, {
        timeoutMs: 60_000,
      })
      await delay(random.between(0, 1_500))
      await makeOnce(run, inject, number)
      await afterwards?.(run)
      await streams.settled(streams.running())
      const window = windows.at(-1)
      if (window) say(`${number}/${count} ${window.what}: longest silence ${seconds(longestSilence(streams.records, window))}`)
    }
  }
}

/** Makes a fault and notes when; returns when the platform is whole. */
export async function makeOnce(run: Run, inject: Inject, number: number): Promise<void> {
  const madeAtMs = performance.now()
  const what = await inject(run, number)
  const backAtMs = performance.now()
  await run.world.whole()
  run.windows.push({ what, madeAtMs, backAtMs, wholeAtMs: performance.now() })
}

/** SIGKILL; whoever supervises it starts it again. */
export async function crash(process: Supervised): Promise<string> {
  await process.kill()
  await process.ready()
  return `killed ${process.name}`
}

/** SIGKILL, and nobody starts it again for a while. */
export async function crashFor(server: Supervised, awayMs: number): Promise<string> {
  const killed = server.kill()
  // In the same tick, so its end is not answered with a start.
  await Promise.all([killed, server.stop()])
  await delay(awayMs)
  await server.start()
  await server.ready()
  return `killed ${server.name} for ${seconds(awayMs)}`
}

const stopped = new Set<number>()
// A stopped process could not hear that we are gone.
process.once('exit', () => {
  for (const pid of stopped) process.kill(pid, 'SIGCONT')
})

/** SIGSTOP and, later, SIGCONT: a long pause, as of a machine that was suspended. */
export async function pause(replica: Supervised, forMs: number): Promise<string> {
  const { pid } = replica.current
  stopped.add(pid)
  process.kill(pid, 'SIGSTOP')
  await delay(forMs)
  process.kill(pid, 'SIGCONT')
  stopped.delete(pid)
  return `paused ${replica.name} for ${seconds(forMs)}`
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
