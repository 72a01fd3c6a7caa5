// Preloaded into one process (NODE_OPTIONS=--import): its wall clock is off by CLOCK_SHIFT_MS. Only what tells the time of
// day is moved; timers and the monotonic clock go on, as on a machine whose clock was set wrongly.
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)
const TrueDate = globalThis.Date

class ShiftedDate extends TrueDate {
  constructor(...given) {
    if (given.length === 0) super(TrueDate.now() + shiftMs)
    else super(...given)
  }

  static now() {
    return TrueDate.now() + shiftMs
  }
}

// `Date()` without `new` is a text; a class cannot be called.
globalThis.Date = new Proxy(ShiftedDate, { apply: () => new ShiftedDate().toString() })

const trueOrigin = performance.timeOrigin
Object.defineProperty(performance, 'timeOrigin', { get: () => trueOrigin + shiftMs, configurable: true })
