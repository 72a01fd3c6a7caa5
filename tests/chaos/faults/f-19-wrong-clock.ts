import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { storedTurns } from '../audit.ts'
import { crash, repeatedly } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'
import { ranDuring } from '../gaps.ts'
import { pickBusy } from '../victims.ts'

const OFF_BY_MS = 120_000
const QUIET_MS = 3_000
const preload = pathToFileURL(join(import.meta.dirname, '../clock-shift.mjs')).href

/** The second replica of chat is early, that of usage late. */
const shifts: Partial<Record<string, number>> = { 'chat 1': OFF_BY_MS, 'usage 1': -OFF_BY_MS }

export const wrongClock: Fault = {
  id: 'F-19',
  promise: 'the clock of one replica off by 2 min: leases and windows use the database’s time, so no turn changes owners for it',
  prepare: () => ({
    replicas: { chat: 2, gateway: 2, usage: 2 },
    changeReplica({ service, index }) {
      const shiftMs = shifts[`${service} ${index}`]
      return shiftMs === undefined ? undefined : { environment: { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT_MS: String(shiftMs) } }
    },
    restAllows: ['503'],
    allows: { refusals: true },
    bounds: { gapMs: 10_000 },
    // A while of quiet, in which a lease that is read by the wrong clock is taken away; then a real take-over.
    drive: repeatedly(async (run) => {
      await delay(QUIET_MS)
      return crash(await pickBusy(run, 'chat'))
    }),
    check: takenWithoutNeed,
  }),
}

async function takenWithoutNeed({ world, streams, windows }: Run): Promise<string[]> {
  // Its owner lived when the fault had not been made yet: the quiet before belongs to the window.
  const untouched = streams.records.filter((record) =>
    windows.every((window) => !ranDuring(record, { ...window, madeAtMs: window.madeAtMs + QUIET_MS })),
  )
  const stored = await storedTurns(
    world,
    untouched.map(({ id }) => id),
  )
  const taken = [...stored.values()].filter(({ attempt }) => attempt > 1)
  return taken.length > 0 ? [`${taken.length} turns changed their owner although it lived, the first one ${taken[0]?.id}`] : []
}
