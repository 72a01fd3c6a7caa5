import type { Logger } from '@parley/telemetry'
import { connect, Events, type JetStreamClient, type JetStreamManager, type NatsConnection } from 'nats'
import { replayLive } from './live.ts'
import { atMost, pause } from './pause.ts'
import { ensureStreams } from './streams.ts'

export interface BusOptions {
  /** `nats://user:password@host:port`, several separated by commas. */
  url: string
  /** The service's name: seen by the server, and the queue group of everything it serves. */
  name: string
  logger: Logger
}

/** One connection to NATS with the platform's streams. It reconnects for ever. */
export interface Bus {
  readonly name: string
  readonly connection: NatsConnection
  readonly jetstream: JetStreamClient
  readonly manager: JetStreamManager
  isConnected(): boolean
  /**
   * Runs after every reconnection, when the streams are there again: whatever the server promised before is void, and live
   * frames have to be replayed to close the gap. Call the result to stop.
   */
  onReconnect(listener: () => void): () => void
  /** Makes missing streams; runs by itself after every (re)connection. */
  ensureStreams(): Promise<void>
  /**
   * Sends one frame, unacknowledged. When many come, those of a few milliseconds go together: what a write costs is waking
   * the server, not the bytes. `atOnce` is for a frame somebody waits for. While NATS is away frames wait in memory, up to a
   * bound, then they are dropped.
   */
  publishLive(subject: string, frame: Uint8Array, options?: { atOnce?: boolean }): void
  /** Resolves when the server has taken everything that was published until now. */
  flush(): Promise<void>
  /** Frames from now on; call the result to stop. Subscribe before replaying, so that nothing falls in between. */
  subscribeLive(subject: string, onFrame: (frame: Uint8Array) => void): () => void
  /** Everything stored for the subject at this moment, oldest first; then it ends. */
  replayLive(subject: string, options?: { fromStreamSeq?: number }): AsyncIterable<Uint8Array>
  /** A hint to whoever is listening now. */
  broadcast(subject: string, text?: string): void
  onBroadcast(subject: string, onText: (text: string) => void): () => void
  /** Finishes what is on its way and disconnects. */
  close(): Promise<void>
}

/** Bytes of live frames kept for a server that is away: minutes of a busy service, and no danger to its memory. */
const MAX_WAITING_LIVE_BYTES = 32 * 1024 * 1024

/** Between two writes of live frames while many come: far below what a reader notices. */
const GATHER_MS = 2

/** Longest wait for what is on its way when closing. */
const CLOSE_MS = 5_000

/** Connects, waiting as long as it takes for the server to be there. */
export async function connectBus({ url, name, logger }: BusOptions): Promise<Bus> {
  const reminder = setInterval(() => logger.warn('NATS is not there yet, waiting'), 5_000)
  const connection = await connect({
    ...parseServers(url),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    waitOnFirstConnect: true,
    // Wrong credentials may be right again after a rotation; giving up would need a restart.
    ignoreAuthErrorAbort: true,
    // A stack captured for each request and each event costs more than sending it, and says nothing that our errors do not.
    noAsyncTraces: true,
    pingInterval: 10_000,
    maxPingOut: 2,
  }).finally(() => clearInterval(reminder))
  const jetstream = connection.jetstream()
  // No look at the account first: JetStream may still be starting.
  const manager = await connection.jetstreamManager({ checkAPI: false })
  let isUp = true
  let isClosing = false
  /** Live frames kept while NATS is away, and until its memory stream is there again to store them. */
  let waiting: { subject: string; frame: Uint8Array }[] | undefined
  let waitingBytes = 0
  let together: { subject: string; frame: Uint8Array }[] = []
  let isSendDue = false
  let gathering: NodeJS.Timeout | undefined
  let lastSentMs = 0
  const reconnectListeners = new Set<() => void>()

  /** After a pause at once, so that one answer alone is not slowed down. */
  function sendSoon(): void {
    if (isSendDue) return
    const waitMs = lastSentMs + GATHER_MS - performance.now()
    if (waitMs > 0) gathering ??= setTimeout(sendTogether, waitMs)
    else {
      isSendDue = true
      setImmediate(sendTogether)
    }
  }

  function sendTogether(): void {
    clearTimeout(gathering)
    gathering = undefined
    isSendDue = false
    if (together.length === 0) return
    lastSentMs = performance.now()
    const frames = together
    together = []
    if (connection.isClosed()) return
    for (const { subject, frame } of frames) {
      if (waiting === undefined) connection.publish(subject, frame)
      else if (waitingBytes + frame.byteLength <= MAX_WAITING_LIVE_BYTES) {
        waitingBytes += frame.byteLength
        waiting.push({ subject, frame })
      }
    }
  }

  async function ensureStreamsUntilDone(): Promise<void> {
    for (let attempt = 0; isUp && !isClosing; attempt++) {
      try {
        return await ensureStreams(manager)
      } catch (error) {
        if (!isUp || isClosing) return
        logger.warn({ err: error }, 'streams cannot be made yet')
        await pause(Math.min(5_000, 250 * 2 ** attempt))
      }
    }
  }

  /** In this order: streams, what waited for them, then whoever reads them. */
  async function recover(): Promise<void> {
    await ensureStreams(manager).catch(() => void ensureStreamsUntilDone())
    if (!isUp) return
    for (const { subject, frame } of waiting ?? []) connection.publish(subject, frame)
    waiting = undefined
    waitingBytes = 0
    for (const listener of reconnectListeners) listener()
  }

  async function watchStatus(): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) {
        isUp = false
        waiting ??= []
        if (!isClosing) logger.warn('NATS is away, reconnecting')
      } else if (status.type === Events.Reconnect) {
        isUp = true
        logger.info('NATS is back')
        void recover()
      } else if (status.type === Events.Error) {
        logger.warn({ reason: String(status.data) }, 'NATS reports an error')
      }
    }
  }
  void watchStatus()
  await ensureStreamsUntilDone()

  function subscribe(subject: string, onData: (data: Uint8Array) => void): () => void {
    const subscription = connection.subscribe(subject, {
      callback: (error, message) => {
        if (error) return logger.warn({ err: error, subject }, 'subscription failed')
        try {
          onData(message.data)
        } catch (failure) {
          logger.error({ err: failure, subject }, 'listener failed')
        }
      },
    })
    return () => subscription.unsubscribe()
  }

  return {
    name,
    connection,
    jetstream,
    manager,
    isConnected: () => isUp && !connection.isClosed(),
    onReconnect(listener) {
      reconnectListeners.add(listener)
      return () => reconnectListeners.delete(listener)
    },
    ensureStreams: () => ensureStreams(manager),
    publishLive(subject, frame, { atOnce = false } = {}) {
      together.push({ subject, frame })
      if (atOnce) sendTogether()
      else sendSoon()
    },
    flush() {
      sendTogether()
      return connection.flush()
    },
    subscribeLive: subscribe,
    replayLive: (subject, options) => replayLive(manager, jetstream, subject, options),
    broadcast: (subject, text = '') => connection.publish(subject, text),
    onBroadcast: (subject, onText) => subscribe(subject, (data) => onText(new TextDecoder().decode(data))),
    async close() {
      isClosing = true
      sendTogether()
      // Draining needs the server; without it there is nothing to wait for.
      if (isUp && !connection.isClosed()) await atMost(connection.drain(), CLOSE_MS)
      await connection.close()
    },
  }
}

/** The client library takes addresses and credentials apart, the environment variable holds them together. */
function parseServers(url: string): { servers: string[]; user?: string; pass?: string } {
  const servers = url.split(',').map((server) => new URL(server.trim()))
  const { username, password } = servers[0] ?? new URL('nats://127.0.0.1:4222')
  const credentials = username === '' ? {} : { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return { servers: servers.map((server) => server.host), ...credentials }
}
