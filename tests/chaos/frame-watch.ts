import { createHash } from 'node:crypto'
import { frameSeq, isLastFrame, liveTurnSubject } from '@parley/contracts'
import { connect } from 'nats'

/** What is published about all turns. */
export interface FrameWatch {
  /** Numbers that were published twice with different content: two replicas believed to own the turn. */
  readonly doubleFrames: readonly { turnId: string; seq: number }[]
  close(): Promise<void>
}

const FORGET_AFTER_MS = 60_000

/** Listens to the live frames of all turns, as one more reader who may miss some but is never wrong about what came. */
export async function watchFrames(natsUrl: string): Promise<FrameWatch> {
  const { host, username, password } = new URL(natsUrl)
  const connection = await connect({
    servers: host,
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  })
  const doubleFrames: { turnId: string; seq: number }[] = []
  const seen = new Map<string, Map<number, string>>()
  connection.subscribe(liveTurnSubject('*'), {
    callback: (error, { subject, data }) => {
      if (error) return
      const turnId = subject.split('.').at(-1) ?? ''
      const seq = frameSeq(data)
      const hash = createHash('sha1').update(data).digest('base64')
      const frames = seen.get(turnId) ?? new Map<number, string>()
      if (frames.size === 0) seen.set(turnId, frames)
      const earlier = frames.get(seq)
      if (earlier !== undefined && earlier !== hash) doubleFrames.push({ turnId, seq })
      frames.set(seq, hash)
      if (isLastFrame(data)) setTimeout(() => seen.delete(turnId), FORGET_AFTER_MS).unref()
    },
  })
  await connection.flush()
  return { doubleFrames, close: () => connection.close() }
}
