import { v7 as newId } from 'uuid'
import type { PrismaClient } from '../../../prisma/generated/client.ts'
import type { KeyPlace, KeyVault, SealedKey } from '../key-vault.ts'
import { maskKey } from '../mask-key.ts'
import { changeCatalogue } from './change-catalogue.ts'

export type ProviderKeyStore = ReturnType<typeof createProviderKeyStore>

/** Keys of providers, encrypted on their way in. They are opened in one place only: where a provider is made ready to be asked. */
export function createProviderKeyStore(prisma: PrismaClient, vault: KeyVault) {
  return {
    /** Takes the place of the key before. False when there is no such provider. */
    put: (providerId: string, apiKey: string, createdBy: string): Promise<boolean> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          if (!(await tx.provider.findFirst({ where: { id: providerId, retiredAt: null } }))) return false
          const place = { id: newId(), providerId }
          await tx.providerKey.deleteMany({ where: { providerId } })
          await tx.providerKey.create({ data: { ...place, ...vault.seal(place, apiKey), masked: maskKey(apiKey), createdBy } })
          return true
        },
        (isPut) => (isPut ? { actorId: createdBy, action: 'provider_key.changed', subject: providerId } : null),
      ),

    /** False when there was none. */
    remove: (providerId: string, actorId: string): Promise<boolean> =>
      changeCatalogue(
        prisma,
        async (tx) => (await tx.providerKey.deleteMany({ where: { providerId } })).count > 0,
        (isRemoved) => (isRemoved ? { actorId, action: 'provider_key.deleted', subject: providerId } : null),
      ),

    /**
     * Encrypts anew, with the current master key, what another one encrypted. Several replicas may do this at once.
     *
     * @returns how many were, and those that do not open with any master key that is here
     */
    async reseal(): Promise<{ resealed: number; unreadable: { providerId: string; masterKeyId: string }[] }> {
      const { currentId } = vault
      const unreadable: { providerId: string; masterKeyId: string }[] = []
      let resealed = 0
      const old = await prisma.providerKey.findMany({ where: currentId === null ? {} : { masterKeyId: { not: currentId } } })
      for (const { id, providerId, sealed, masterKeyId } of old) {
        const place = { id, providerId }
        const again = sealAnew(place, { sealed, masterKeyId })
        if (again) resealed += (await prisma.providerKey.updateMany({ where: { id, masterKeyId }, data: again })).count
        else unreadable.push({ providerId, masterKeyId })
      }
      return { resealed, unreadable }
    },
  }

  function sealAnew(place: KeyPlace, key: SealedKey): SealedKey | null {
    try {
      return vault.seal(place, vault.open(place, key))
    } catch {
      return null
    }
  }
}
