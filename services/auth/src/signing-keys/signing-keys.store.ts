import type { PublicJwk } from '@parley/principal'
import type { Prisma } from '../../prisma/generated/client.ts'
import type { Database } from '../database.ts'

/** A key as it is kept; what depends on time was judged by the database's clock. */
export interface StoredSigningKey {
  kid: string
  publicJwk: PublicJwk
  privateJwkSealed: Uint8Array
  isRetired: boolean
  /** Has every verifier had time to fetch it? */
  isSettled: boolean
  /** Is it due for a successor? */
  isOld: boolean
}

export interface KeyAges {
  /** How long a new key is published before it signs. */
  settleS: number
  /** Age at which a key gets a successor. */
  lifetimeS: number
  /** How long a retired key stays published: longer than any token it signed. */
  publishedAfterRetirementS: number
}

export function signingKeysStore(database: Database) {
  return {
    /** One process at a time decides about keys, until the transaction ends. */
    async lock(): Promise<void> {
      await database.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('signing keys', 0))`
    },

    /** All keys that are still published, newest first. */
    async listPublished({ settleS, lifetimeS, publishedAfterRetirementS }: KeyAges): Promise<StoredSigningKey[]> {
      return database.$queryRaw<StoredSigningKey[]>`
        SELECT kid, public_jwk AS "publicJwk", private_jwk_sealed AS "privateJwkSealed",
               retired_at IS NOT NULL AS "isRetired",
               created_at <= clock_timestamp() - make_interval(secs => ${settleS}::float8) AS "isSettled",
               created_at <= clock_timestamp() - make_interval(secs => ${lifetimeS}::float8) AS "isOld"
        FROM signing_key
        WHERE retired_at IS NULL OR retired_at > clock_timestamp() - make_interval(secs => ${publishedAfterRetirementS}::float8)
        ORDER BY created_at DESC, kid`
    },

    async add(publicJwk: PublicJwk, privateJwkSealed: Uint8Array<ArrayBuffer>): Promise<void> {
      const { kid } = publicJwk
      await database.signingKey.create({
        data: { kid, publicJwk: publicJwk as Prisma.InputJsonObject, privateJwkSealed },
        select: { kid: true },
      })
    },

    async retire(kids: string[]): Promise<void> {
      await database.signingKey.updateMany({ where: { kid: { in: kids }, retiredAt: null }, data: { retiredAt: new Date() } })
    },
  }
}
