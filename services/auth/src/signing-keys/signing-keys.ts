import { generateSigningJwk, type PrivateJwk, type PublicJwk } from '@parley/principal'
import { v7 as newId } from 'uuid'
import type { Stores, Transact } from '../stores.ts'
import type { KeyEncryption } from './key-encryption.ts'
import { keysToRetire, needsNewKey, signingKeyOf } from './key-schedule.ts'
import type { KeyAges } from './signing-keys.store.ts'

/** What this process signs with and publishes, as of its last look at the database. */
export interface KeyRing {
  signing: PrivateJwk
  published: PublicJwk[]
}

interface Dependencies {
  transact: Transact
  encryption: KeyEncryption
  ages: KeyAges
}

/**
 * Brings the keys up to date and returns them: makes the first one and successors, retires whoever has handed over. Safe
 * on several replicas at once, of which one makes the key and the others find it.
 */
export async function refreshKeyRing({ transact, encryption, ages }: Dependencies): Promise<KeyRing> {
  // Made before the transaction, thrown away when it is not needed.
  const { privateJwk, publicJwk } = await generateSigningJwk(newId())
  const keys = await transact(async (stores) => {
    await stores.signingKeys.lock()
    const known = await stores.signingKeys.listPublished(ages)
    await stores.signingKeys.retire(keysToRetire(known))
    if (!needsNewKey(known)) return known
    await addKey(stores, publicJwk, encryption.seal(privateJwk))
    return stores.signingKeys.listPublished(ages)
  })
  const signing = signingKeyOf(keys)
  if (!signing) throw new Error('there is no signing key')
  return { signing: open(encryption, signing), published: keys.map(({ publicJwk }) => publicJwk) }
}

async function addKey(
  { signingKeys, audit }: Pick<Stores, 'signingKeys' | 'audit'>,
  publicJwk: PublicJwk,
  sealed: Uint8Array<ArrayBuffer>,
) {
  await signingKeys.add(publicJwk, sealed)
  await audit.record({ action: 'signing_key.created', detail: { kid: publicJwk.kid } })
}

function open(encryption: KeyEncryption, { kid, privateJwkSealed }: { kid: string; privateJwkSealed: Uint8Array }): PrivateJwk {
  try {
    return encryption.open(privateJwkSealed, kid)
  } catch (error) {
    throw new Error(
      'KEY_ENCRYPTION_KEY does not open the stored signing key: was it changed, or does the database belong to another installation?',
      {
        cause: error,
      },
    )
  }
}
