/** Lets `limit` messages through per `windowMs`; a person never comes near it. */
export function createMessageBudget({ limit, windowMs }: { limit: number; windowMs: number }): () => boolean {
  let left = limit
  let endsAtMs = 0
  return () => {
    const now = Date.now()
    if (now >= endsAtMs) {
      endsAtMs = now + windowMs
      left = limit
    }
    left -= 1
    return left >= 0
  }
}
