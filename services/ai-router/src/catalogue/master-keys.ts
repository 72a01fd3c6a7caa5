import type { MasterKey } from './key-vault.ts'

/** 32 random bytes have about 30 different ones. */
const FEWEST_DIFFERENT_BYTES = 16
/** 43 characters of base64 are 32 bytes. */
const ENTRY = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]{43}=?)$/

/** Reads `id:base64,id:base64`. Throws with what is wrong, and never with a key. */
export function readMasterKeys(text: string): MasterKey[] {
  const keys = text.split(',').map((entry) => {
    const [, id, encoded] = ENTRY.exec(entry.trim()) ?? []
    if (id === undefined || encoded === undefined)
      throw new RangeError('needs id:key, each key 32 bytes in base64, several separated by commas')
    const key = Buffer.from(encoded, 'base64')
    if (new Set(key).size < FEWEST_DIFFERENT_BYTES)
      throw new RangeError(`key '${id}' is not random: generate one with openssl rand -base64 32`)
    return { id, key }
  })
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new RangeError('needs a different id for each key')
  return keys
}
