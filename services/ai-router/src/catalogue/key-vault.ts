import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypts providers' keys. */
export interface MasterKey {
  id: string
  /** 32 bytes. */
  key: Uint8Array
}

/** The row a key stands in: part of the encryption, so that a key moved to another row does not open. */
export interface KeyPlace {
  /** Of the row. */
  id: string
  providerId: string
}

export interface SealedKey {
  /** Initialisation vector, tag, encrypted text. */
  sealed: Uint8Array<ArrayBuffer>
  masterKeyId: string
}

export type KeyVault = ReturnType<typeof createKeyVault>

/** AES-256-GCM for providers' keys at rest. @param masterKeys the first one seals; the others still open what they sealed */
export function createKeyVault(masterKeys: readonly MasterKey[]) {
  const [current] = masterKeys
  return {
    /** Null where this installation has no master key: it can keep no provider's key then. */
    currentId: current?.id ?? null,

    seal(place: KeyPlace, apiKey: string): SealedKey {
      if (!current) throw new Error('there is no master key')
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, current.key, iv).setAAD(boundTo(place, current.id))
      const encrypted = Buffer.concat([cipher.update(apiKey, 'utf8'), cipher.final()])
      return { sealed: new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), encrypted])), masterKeyId: current.id }
    },

    /** Throws when its master key is not here, when it was sealed for another row, or was changed since. */
    open(place: KeyPlace, { sealed, masterKeyId }: SealedKey): string {
      const master = masterKeys.find(({ id }) => id === masterKeyId)
      if (!master) throw new Error(`there is no master key '${masterKeyId}'`)
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv(ALGORITHM, master.key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAAD(boundTo(place, masterKeyId)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
  }
}

const boundTo = ({ id, providerId }: KeyPlace, masterKeyId: string): Buffer => Buffer.from(JSON.stringify([providerId, id, masterKeyId]))
