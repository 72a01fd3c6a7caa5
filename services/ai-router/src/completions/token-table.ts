import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A vocabulary: which bytes are a token, and which of two tokens is the more usual one. */
export interface TokenTable {
  /** The rank of the token that these bytes are, lower for what is joined earlier; NO_TOKEN where they are none. */
  rankOf(bytes: Uint8Array, start: number, end: number): number
}

/** Above all ranks. */
export const NO_TOKEN = 0x7fff_ffff

const FILE = fileURLToPath(import.meta.resolve('gpt-tokenizer/data/o200k_base.tiktoken'))
const LINE_FEED = 10
const SPACE = 32
/** More than twice as many as there are tokens: a search ends after one or two looks. */
const SLOTS = 2 ** 19
const EMPTY = 0

/**
 * OpenAI's o200k vocabulary, read from the file in which OpenAI publishes it: a line for each rank, with the token in
 * base64. Two hundred thousand tokens are kept as bytes in three arrays, 5 MB that no garbage collection looks into: as
 * strings in a map they are three times as much, and two thirds of all strings that a full collection has to go through.
 */
export function readTokenTable(): TokenTable {
  const file = readFileSync(FILE)
  const tokens = Buffer.alloc(Math.ceil((file.length * 3) / 4))
  const starts: number[] = []
  let end = 0
  for (let at = 0; at < file.length; at = file.indexOf(LINE_FEED, at) + 1) {
    starts.push(end)
    end += tokens.write(file.toString('latin1', at, file.indexOf(SPACE, at)), end, 'base64')
  }
  return tableOf(new Uint8Array(tokens.subarray(0, end)), new Uint32Array([...starts, end]))
}

/** @param starts where the token of each rank begins in `tokens`, and where the last one ends */
function tableOf(tokens: Uint8Array, starts: Uint32Array): TokenTable {
  /** Where the search for some bytes begins: a rank and one, or EMPTY. */
  const slots = new Uint32Array(SLOTS)
  for (let rank = 0; rank < starts.length - 1; rank += 1) {
    let slot = slotOf(tokens, starts[rank] ?? 0, starts[rank + 1] ?? 0)
    while (slots[slot] !== EMPTY) slot = (slot + 1) % SLOTS
    slots[slot] = rank + 1
  }

  function isToken(rank: number, bytes: Uint8Array, start: number, size: number): boolean {
    const from = starts[rank] ?? 0
    if ((starts[rank + 1] ?? 0) - from !== size) return false
    for (let at = 0; at < size; at += 1) if (tokens[from + at] !== bytes[start + at]) return false
    return true
  }

  return {
    rankOf(bytes, start, end) {
      for (let slot = slotOf(bytes, start, end); slots[slot] !== EMPTY; slot = (slot + 1) % SLOTS) {
        const rank = (slots[slot] ?? 0) - 1
        if (isToken(rank, bytes, start, end - start)) return rank
      }
      return NO_TOKEN
    },
  }
}

/** Fowler, Noll and Vo's hash 1a, with its upper bits mixed into the lower ones. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193)
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
}
