interface KeyState {
  kid: string
  isRetired: boolean
  isSettled: boolean
  isOld: boolean
}

/**
 * The key that signs: the newest that is not retired and has been published long enough for every verifier to know it
 * a rotation logs nobody out). The very first keys cannot wait: without a settled one, the newest signs.
 *
 * @param keys newest first
 */
export function signingKeyOf<K extends KeyState>(keys: readonly K[]): K | null {
  const active = keys.filter(({ isRetired }) => !isRetired)
  return active.find(({ isSettled }) => isSettled) ?? active[0] ?? null
}

/** Is it time for a new key? Not while a younger one is waiting to take over. */
export function needsNewKey(keys: readonly KeyState[]): boolean {
  return keys.every(({ isRetired, isOld }) => isRetired || isOld)
}

/** Keys that have handed over to the one that signs. */
export function keysToRetire(keys: readonly KeyState[]): string[] {
  const signing = signingKeyOf(keys)
  if (!signing?.isSettled) return []
  const older = keys.slice(keys.findIndex(({ kid }) => kid === signing.kid) + 1)
  return older.filter(({ isRetired }) => !isRetired).map(({ kid }) => kid)
}
