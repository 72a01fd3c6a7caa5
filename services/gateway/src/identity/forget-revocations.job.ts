import type { Revocations } from './revocations.ts'

const EVERY_MS = 60_000

/** Revocations of tokens that have expired anyway leave the memory. */
export function forgetRevocations(revocations: Revocations): { stop(): void } {
  const timer = setInterval(() => revocations.forgetExpired(), EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
