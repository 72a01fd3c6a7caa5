import { AckPolicy, DeliverPolicy, type JetStreamClient, type JetStreamManager, nanos } from 'nats'
import { isStreamMissing, liveStream } from './streams.ts'

/** The server forgets the consumer of a reader that went away after this long. */
const READER_LIFETIME_MS = 10_000

/** Messages asked for at once: a whole long answer, and bounded for the one that is longer. */
const BATCH = 1_000

/**
 * Reads what the live stream holds for one subject, in order, and ends when it has caught up with the moment of the call.
 * Two round trips for up to 1,000 frames.
 */
export async function* replayLive(
  manager: JetStreamManager,
  jetstream: JetStreamClient,
  subject: string,
  { fromStreamSeq }: { fromStreamSeq?: number } = {},
): AsyncGenerator<Uint8Array> {
  const start =
    fromStreamSeq === undefined
      ? { deliver_policy: DeliverPolicy.All }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: fromStreamSeq }
  const config = {
    ...start,
    filter_subject: subject,
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(READER_LIFETIME_MS),
    mem_storage: true,
    num_replicas: 1,
  }
  const reader = await manager.consumers.add(liveStream, config).catch((error: unknown) => {
    // The server was restarted and its memory is empty.
    if (isStreamMissing(error)) return undefined
    throw error
  })
  if (reader === undefined) return
  try {
    let left = reader.num_pending
    if (left === 0) return
    const source = await jetstream.consumers.get(liveStream, reader.name)
    while (left > 0) {
      const before = left
      // Frames may age out of the stream meanwhile: a batch that brings nothing is the end.
      for await (const message of await source.fetch({ max_messages: Math.min(left, BATCH), expires: 1_000 })) {
        left = Math.min(left - 1, message.info.pending)
        yield message.data
        if (left === 0) break
      }
      if (left === before) return
    }
  } finally {
    manager.consumers.delete(liveStream, reader.name).catch(() => {})
  }
}
