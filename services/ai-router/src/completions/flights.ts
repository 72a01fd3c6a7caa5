import type { RoutedCall, RouteListener } from '../routing/run-route.ts'
import type { AskedVendor, CallLife } from './call-heartbeats.ts'

/** One of those who wait for the same answer. */
export interface Passenger {
  out: RouteListener
  life: CallLife
  /** Fires when this one leaves; the others stay. */
  signal: AbortSignal
}

/** How it went for one of them. Exactly one pays: of those who were there at the end the first, or the last one to leave. */
export type Arrival = { kind: 'pays'; call: RoutedCall } | { kind: 'rides_along'; call: RoutedCall } | { kind: 'left' }

/** Asks for the answer; as `runRoute`. */
export type Journey = (out: RouteListener, life: CallLife, signal: AbortSignal) => Promise<RoutedCall>

/** Identical requests at the same time share one call, whoever began it and whoever leaves it. */
export interface Flights {
  share(key: string, passenger: Passenger, journey: Journey): Promise<Arrival>
}

export function createFlights(): Flights {
  const flights = new Map<string, Flight>()
  return {
    share(key, passenger, journey) {
      const running = flights.get(key)
      if (running) return running.board(passenger)
      const flight = createFlight(journey, () => void (flights.get(key) === flight && flights.delete(key)))
      flights.set(key, flight)
      return flight.board(passenger)
    },
  }
}

interface Flight {
  board(passenger: Passenger): Promise<Arrival>
}

/** A part of the answer, as it is said to whoever is there or boards later. */
type Saying = (out: RouteListener) => Promise<void> | undefined

/** @param onClosed nobody may board any more */
function createFlight(journey: Journey, onClosed: () => void): Flight {
  const said: Saying[] = []
  /** In the order in which they boarded; the first one pays. */
  const seats: { passenger: Passenger; reader: Reader }[] = []
  const ending = new AbortController()
  let asked: AskedVendor | undefined
  let call: Promise<RoutedCall> | undefined

  // A slow reader holds nobody back: what waits for it is one answer long at most.
  const say = (saying: Saying): undefined => {
    said.push(saying)
    for (const { reader } of seats) reader.readOn()
  }
  const out: RouteListener = {
    started: (model, provider, unavailable) => say((to) => void to.started(model, provider, unavailable)),
    status: (state, message) => say((to) => void to.status(state, message)),
    text: (delta) => say((to) => to.text(delta)),
    toolCall: (piece) => say((to) => to.toolCall(piece)),
  }
  const life: CallLife = {
    asks(vendor) {
      asked = vendor
      seats[0]?.passenger.life.asks(vendor)
    },
    legEnded: (leg) => seats[0]?.passenger.life.legEnded(leg),
  }

  return {
    async board(passenger) {
      const seat = { passenger, reader: createReader(said, passenger) }
      seats.push(seat)
      seat.reader.readOn()
      call ??= journey(out, life, ending.signal).finally(onClosed)
      const isLeaving = await Promise.race([hasFired(passenger.signal), call.then(() => false)])
      if (isLeaving && seats.length > 1) {
        seats.splice(seats.indexOf(seat), 1)
        // From now on it is another one's expense.
        if (asked) seats[0]?.passenger.life.asks(asked)
        return { kind: 'left' }
      }
      if (isLeaving) {
        onClosed()
        ending.abort(passenger.signal.reason)
      }
      const isPayer = seats[0] === seat
      const ended = await call
      await seat.reader.isDone()
      return { kind: isPayer ? 'pays' : 'rides_along', call: ended }
    },
  }
}

interface Reader {
  /** Says what is new, as far as there is room. */
  readOn(): void
  /** Resolves when everything was said, or the reader is gone. */
  isDone(): Promise<void>
}

function createReader(said: readonly Saying[], { out, signal }: Passenger): Reader {
  let next = 0
  let pending: Promise<void> | null = null
  const reader: Reader = {
    readOn() {
      while (!pending && next < said.length && !signal.aborted) {
        const room = said[next]?.(out)
        next += 1
        if (!room) continue
        pending = room.then(() => {
          pending = null
          reader.readOn()
        })
      }
    },
    async isDone() {
      while (pending) await pending
    },
  }
  return reader
}

function hasFired(signal: AbortSignal): Promise<true> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(true)
    else signal.addEventListener('abort', () => resolve(true), { once: true })
  })
}
