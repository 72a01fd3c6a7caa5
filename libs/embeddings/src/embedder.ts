import { Worker } from 'node:worker_threads'

/** Names the model: vectors of two models cannot be compared, so whoever keeps some keeps this with them. */
export const MODEL = 'use-lite-1'

/** Length of a vector of the English Universal Sentence Encoder (lite). */
export const DIMENSIONS = 512

/** A model that nobody asked for this long is unloaded (200 MB); loading it again takes about 0.5 s. */
const IDLE_MS = 60_000

/** Sentence embeddings from a worker thread that lives only while it is needed. */
export interface Embedder {
  /** One vector of length 1 for each text, in order. Rejects when the thread or the model fails; the next call starts anew. */
  embed(texts: string[]): Promise<Float32Array[]>
  close(): Promise<void>
}

interface Pending {
  resolve(vectors: Float32Array[]): void
  reject(error: Error): void
}

/** A thread and what it is asked. One that is being ended must not take along what the next one was asked. */
interface Running {
  worker: Worker
  pending: Map<number, Pending>
}

/** @param idleMs how long a model stays loaded that nobody asks */
export function createEmbedder({ idleMs = IDLE_MS } = {}): Embedder {
  let running: Running | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let lastId = 0

  const start = (): Running => {
    const worker = new Worker(new URL('./embedder.worker.ts', import.meta.url))
    const started: Running = { worker, pending: new Map() }
    const { pending } = started
    const failAll = (error: Error) => {
      for (const { reject } of pending.values()) reject(error)
      pending.clear()
    }
    worker.unref()
    worker.on('message', ({ id, vectors, error }: { id: number; vectors?: Float32Array; error?: string }) => {
      const job = pending.get(id)
      pending.delete(id)
      if (vectors) job?.resolve(rowsOf(vectors))
      else job?.reject(new Error(`embedding failed: ${error}`))
      if (pending.size === 0) rest(worker)
    })
    worker.on('error', failAll)
    worker.on('exit', () => {
      if (running === started) running = undefined
      failAll(new Error('the embedding thread ended'))
    })
    return started
  }
  const rest = (worker: Worker) => {
    worker.unref()
    idleTimer = setTimeout(() => void stop(), idleMs).unref()
  }
  const stop = async () => {
    clearTimeout(idleTimer)
    const stopping = running
    running = undefined
    await stopping?.worker.terminate()
  }

  return {
    async embed(texts) {
      if (texts.length === 0) return []
      clearTimeout(idleTimer)
      running ??= start()
      const { worker, pending } = running
      // While an answer is awaited the thread keeps the process alive; at rest it does not.
      worker.ref()
      lastId += 1
      const id = lastId
      const answer = new Promise<Float32Array[]>((resolve, reject) => pending.set(id, { resolve, reject }))
      worker.postMessage({ id, texts })
      return answer
    },
    close: stop,
  }
}

function rowsOf(vectors: Float32Array): Float32Array[] {
  return Array.from({ length: vectors.length / DIMENSIONS }, (_, row) => vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS))
}

/** Cosine of two vectors of length 1. */
export function cosine(left: Float32Array, right: Float32Array): number {
  let sum = 0
  for (let index = 0; index < DIMENSIONS; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0)
  return sum
}
