const SLOT_MS = 5

/** Something that is to be run again and again; false when it has had its last turn. */
export type Spoke = () => boolean

/** Runs many things at a rate with one timer. A tick that comes late makes up for the slots it missed. */
export interface TimerWheel {
  /** Runs `spoke` now and then `perSecond` times a second until it returns false. */
  add(spoke: Spoke, perSecond: number): void
}

interface Due {
  spoke: Spoke
  everyMs: number
  dueMs: number
}

export function createTimerWheel(): TimerWheel {
  const slots = new Map<number, Due[]>()
  let size = 0
  let nextSlot = 0

  const slotOf = (atMs: number): number => Math.floor(atMs / SLOT_MS)

  function put(due: Due): void {
    const slot = Math.max(slotOf(due.dueMs), nextSlot)
    const list = slots.get(slot)
    if (list) list.push(due)
    else slots.set(slot, [due])
  }

  function tick(): void {
    const reached = slotOf(performance.now())
    while (nextSlot <= reached) {
      const list = slots.get(nextSlot)
      slots.delete(nextSlot)
      nextSlot += 1
      for (const due of list ?? []) {
        if (due.spoke()) {
          due.dueMs += due.everyMs
          put(due)
        } else size -= 1
      }
    }
    if (size > 0) setTimeout(tick, Math.max(1, nextSlot * SLOT_MS - performance.now()))
  }

  return {
    add(spoke, perSecond) {
      if (!spoke()) return
      const everyMs = 1_000 / perSecond
      if (size === 0) {
        nextSlot = slotOf(performance.now())
        setTimeout(tick, SLOT_MS)
      }
      put({ spoke, everyMs, dueMs: performance.now() + everyMs })
      size += 1
    },
  }
}
