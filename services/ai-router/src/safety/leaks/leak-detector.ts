import { comparable } from '../texts/comparable.ts'
import { decodedParts, rot13 } from '../texts/encodings.ts'

/** Letters in a row that are compared; no two texts of people share as many by chance. */
const RUN = 32
/** So many letters of the prompt in an answer are a leak, or this share of a shorter prompt. */
const LEAK_LETTERS = 120
const LEAK_SHARE = 0.5
/** A prompt with fewer letters says nothing that could leak. */
const LEAST_LETTERS = 60

export interface LeakDetector {
  /** How much of the prompt an answer has given away by now, 0 to 1; 1 for the canary. Takes the answer in pieces. */
  read(piece: string): number
}

/**
 * Finds a system prompt in an answer, whatever it does to case, spaces, punctuation and look-alikes, and when it is turned
 * around, in ROT13, base64 or hex. A translation or a summary in other words it does not find: for those there is the
 * canary, as far as the model keeps it.
 */
export function prepareLeakDetection(system: string, canary: string): () => LeakDetector {
  const letters = lettersOf(system)
  const runs = runsOf(letters)
  const needed = Math.min(LEAK_LETTERS, letters.length * LEAK_SHARE)
  const isShort = letters.length < LEAST_LETTERS
  const bare = lettersOf(canary)
  const marks = [bare, reversed(bare), lettersOf(rot13(canary))]

  return () => {
    let before = ''
    let rawBefore = ''
    let given = 0
    return {
      read(piece) {
        const raw = rawBefore + piece
        rawBefore = raw.slice(-MAX_ENCODED)
        let score = 0
        const fresh = lettersOf(piece)
        score = Math.max(score, look(before + fresh))
        before = (before + fresh).slice(-(RUN - 1))
        // Only what is complete is looked at again and again; it is short.
        for (const { text } of ENCODED.test(raw) ? decodedParts(raw) : []) score = Math.max(score, lookOnce(lettersOf(text)))
        return score
      },
    }

    function look(text: string): number {
      if (marks.some((mark) => text.includes(mark))) return 1
      given += isShort ? 0 : sharedLetters(text, runs)
      return Math.min(1, (given / needed) * 0.5)
    }

    function lookOnce(text: string): number {
      if (marks.some((mark) => text.includes(mark))) return 1
      return isShort ? 0 : Math.min(1, (sharedLetters(text, runs) / needed) * 0.5)
    }
  }
}

const MAX_ENCODED = 2_000
const ENCODED = /[A-Za-z0-9+/_-]{40}|(?:[0-9a-fA-F]{2}[ ,:]?){20}/

const lettersOf = (text: string): string => comparable(text).replace(/[^\p{L}\p{N}]+/gu, '')
const reversed = (text: string): string => [...text].reverse().join('')

/** Every run of letters of the prompt, also turned around and in ROT13, so that answers need not be. */
function runsOf(letters: string): ReadonlySet<string> {
  const runs = new Set<string>()
  for (const form of [letters, reversed(letters), rot13(letters)]) {
    for (let at = 0; at + RUN <= form.length; at += 1) runs.add(form.slice(at, at + RUN))
  }
  return runs
}

/** Letters of `text` that stand in runs of the prompt. */
function sharedLetters(text: string, runs: ReadonlySet<string>): number {
  let shared = 0
  let coveredTo = 0
  for (let at = 0; at + RUN <= text.length; at += 1) {
    if (!runs.has(text.slice(at, at + RUN))) continue
    shared += at + RUN - Math.max(at, coveredTo)
    coveredTo = at + RUN
  }
  return shared
}
