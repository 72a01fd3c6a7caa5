/** What went wrong with the tokens of one or many answers; all of it must be 0. */
export interface SequenceFaults {
  lost: number
  duplicate: number
  reordered: number
}

/** Watches the numbers of one answer's tokens, 0 to `expected` - 1. */
export interface SequenceCheck {
  see(index: number): void
  /** Adds the faults of the answer, now that it is over. */
  addTo(faults: SequenceFaults): void
}

export function createSequenceCheck(expected: number): SequenceCheck {
  const seen = new Uint8Array(expected)
  let next = 0
  let duplicate = 0
  let reordered = 0
  return {
    see(index) {
      if (seen[index] === 1) duplicate += 1
      else if (index < next) reordered += 1
      seen[index] = 1
      next = Math.max(next, index + 1)
    },
    addTo(faults) {
      faults.lost += seen.reduce((missing, isSeen) => missing + (isSeen === 1 ? 0 : 1), 0)
      faults.duplicate += duplicate
      faults.reordered += reordered
    },
  }
}
