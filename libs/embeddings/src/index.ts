/** Vectors of English sentences, made on this machine by a model that comes with npm. */

export { cosine, createEmbedder, DIMENSIONS, type Embedder, MODEL } from './embedder.ts'
