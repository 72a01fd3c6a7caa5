import { DiscardPolicy, type JetStreamManager, NatsError, nanos, RetentionPolicy, StorageType, type StreamConfig } from 'nats'

export const eventStream = 'EVENTS'
export const liveStream = 'LIVE'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** What a stream is; sizes and replicas only hold when it is made, afterwards they belong to the operator. */
type StreamDefinition = Pick<StreamConfig, 'name' | 'subjects' | 'storage' | 'max_age'> & Partial<StreamConfig>

const definitions: StreamDefinition[] = [
  {
    name: eventStream,
    subjects: ['evt.>'],
    storage: StorageType.File,
    max_age: nanos(7 * dayMs),
    // A relay that was cut off repeats within moments; what comes later is caught by the inbox.
    duplicate_window: nanos(5 * minuteMs),
    allow_direct: true,
  },
  {
    name: liveStream,
    subjects: ['live.turn.>'],
    storage: StorageType.Memory,
    max_age: nanos(15 * minuteMs),
    max_bytes: 192 * 1024 * 1024,
    // Publishers of live frames do not wait, so nobody reads the acknowledgements.
    no_ack: true,
    allow_direct: true,
    duplicate_window: nanos(minuteMs),
  },
  {
    // What JetStream gives up on, kept for a person to find.
    name: 'ADVISORIES',
    subjects: ['$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>', '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>'],
    storage: StorageType.File,
    max_age: nanos(7 * dayMs),
    max_msgs: 100_000,
  },
]

/** Makes the platform's streams, or brings those that exist to the same subjects and ages. Safe to run by everybody at once. */
export async function ensureStreams(manager: JetStreamManager): Promise<void> {
  for (const definition of definitions) await ensureStream(manager, definition)
}

async function ensureStream(manager: JetStreamManager, definition: StreamDefinition): Promise<void> {
  const existing = await findStream(manager, definition.name)
  if (existing === undefined) {
    try {
      await manager.streams.add({ retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old, ...definition })
    } catch (error) {
      // Somebody else was faster, with another size or number of replicas.
      if (!(error instanceof NatsError && error.api_error?.err_code === STREAM_NAME_IN_USE)) throw error
    }
    return
  }
  const { subjects, max_age } = definition
  const isCurrent = existing.max_age === max_age && subjects.join() === [...existing.subjects].join()
  if (!isCurrent) await manager.streams.update(definition.name, { ...existing, subjects, max_age })
}

const STREAM_NAME_IN_USE = 10_058
const STREAM_NOT_FOUND = 10_059

async function findStream(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config
  } catch (error) {
    if (isStreamMissing(error)) return undefined
    throw error
  }
}

/** Is this JetStream's answer that a stream does not exist? */
export function isStreamMissing(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === STREAM_NOT_FOUND
}
