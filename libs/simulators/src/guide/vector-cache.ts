import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DIMENSIONS, type Embedder, MODEL } from '@parley/embeddings'

// File: for each text the 16 bytes of its hash, then its 512 floats. The name carries the model, so a new model starts afresh.
const FILE_NAME = `guide-vectors-${MODEL}.bin`
const HASH_BYTES = 16
const ROW_BYTES = HASH_BYTES + DIMENSIONS * 4

/**
 * Vectors of the given texts, in order: those that the cache file knows are read from it, only new ones are computed, and the
 * file then holds exactly these texts. Without a directory nothing is kept. A broken file is as good as none.
 */
export async function cachedVectors(texts: string[], embedder: Embedder, cacheDirectory?: string): Promise<Float32Array[]> {
  const keys = texts.map(keyOf)
  const known = cacheDirectory ? await readVectors(join(cacheDirectory, FILE_NAME)) : new Map<string, Float32Array>()
  const missing = [...new Map(keys.map((key, index) => [key, texts[index] ?? ''])).entries()].filter(([key]) => !known.has(key))
  const computed = await embedder.embed(missing.map(([, text]) => text))
  for (const [index, [key]] of missing.entries()) known.set(key, computed[index] ?? new Float32Array(DIMENSIONS))
  const vectors = keys.map((key) => known.get(key) ?? new Float32Array(DIMENSIONS))
  if (cacheDirectory && missing.length > 0) await writeVectors(cacheDirectory, new Map(keys.map((key, index) => [key, vectors[index]])))
  return vectors
}

const keyOf = (text: string): string => createHash('sha256').update(text).digest().subarray(0, HASH_BYTES).toString('hex')

async function readVectors(file: string): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>()
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  if (bytes.length % ROW_BYTES !== 0) return vectors
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const row = bytes.subarray(at + HASH_BYTES, at + ROW_BYTES)
    vectors.set(bytes.toString('hex', at, at + HASH_BYTES), new Float32Array(Uint8Array.from(row).buffer))
  }
  return vectors
}

async function writeVectors(directory: string, vectors: Map<string, Float32Array | undefined>): Promise<void> {
  const rows = [...vectors].map(([key, vector = new Float32Array(DIMENSIONS)]) =>
    Buffer.concat([Buffer.from(key, 'hex'), Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)]),
  )
  await mkdir(directory, { recursive: true })
  const file = join(directory, FILE_NAME)
  // Two processes may write at once: each writes its own file, and the last rename wins.
  const draft = `${file}.${process.pid}`
  await writeFile(draft, Buffer.concat(rows))
  await rename(draft, file)
}
