import type { Bus } from '@parley/messaging'

export interface RecordedEvent {
  subject: string
  message: Record<string, unknown>
}

/** Everything published under `evt.` from now on. */
export function recordEvents(bus: Bus) {
  const recorded: RecordedEvent[] = []
  const taken = new Set<RecordedEvent>()
  let arrival = Promise.withResolvers<void>()
  bus.connection.subscribe('evt.>', {
    callback: (_error, { subject, data }) => {
      recorded.push({ subject, message: JSON.parse(new TextDecoder().decode(data)) as Record<string, unknown> })
      arrival.resolve()
      arrival = Promise.withResolvers()
    },
  })

  /** The first event that fits and that nobody has taken yet. */
  async function next(subject: string, about: Record<string, unknown> = {}): Promise<RecordedEvent['message']> {
    const fits = (event: RecordedEvent) =>
      !taken.has(event) && event.subject === subject && Object.entries(about).every(([field, value]) => event.message[field] === value)
    const timeout = AbortSignal.timeout(20_000)
    const late = new Promise<never>((_resolve, reject) => {
      timeout.addEventListener('abort', () => reject(new Error(`no ${subject} came`)), { once: true })
    })
    // Nobody listens to it when the event came in time.
    late.catch(() => {})
    for (;;) {
      const found = recorded.find(fits)
      if (found) {
        taken.add(found)
        return found.message
      }
      await Promise.race([arrival.promise, late])
    }
  }

  return {
    next,
    /** What came so far about a user, oldest first. */
    about: (userId: string) => recorded.filter(({ message }) => message.userId === userId).map(({ subject }) => subject),
  }
}
