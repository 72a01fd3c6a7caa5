import { BlockList, isIPv6 } from 'node:net'
import { addressRange, type Ban, unmapped } from './ban.ts'

export type BanList = ReturnType<typeof createBanList>

/** The bans in force, in memory: asked at every request, replaced as a whole. */
export function createBanList() {
  let userBans = new Map<string, number>()
  let addressBans: { list: BlockList; endsAtMs: number }[] = []
  let isLoaded = false

  return {
    /** False until the bans were read for the first time. */
    get isLoaded() {
      return isLoaded
    },
    replace(bans: readonly Pick<Ban, 'kind' | 'subject' | 'expiresAt'>[]): void {
      userBans = new Map()
      const byEnd = new Map<number, BlockList>()
      for (const { kind, subject, expiresAt } of bans) {
        const endsAtMs = expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
        if (kind === 'user') userBans.set(subject, Math.max(endsAtMs, userBans.get(subject) ?? 0))
        else addRange(byEnd, subject, endsAtMs)
      }
      addressBans = [...byEnd].map(([endsAtMs, list]) => ({ list, endsAtMs }))
      isLoaded = true
    },
    isUserBanned: (userId: string): boolean => (userBans.get(userId) ?? 0) > Date.now(),
    isAddressBanned(ip: string): boolean {
      if (addressBans.length === 0) return false
      const address = unmapped(ip) ?? ip
      const family = isIPv6(address) ? 'ipv6' : 'ipv4'
      return addressBans.some(({ list, endsAtMs }) => endsAtMs > Date.now() && list.check(address, family))
    },
  }
}

/** Ranges that end together share one list. */
function addRange(byEnd: Map<number, BlockList>, subject: string, endsAtMs: number): void {
  const range = addressRange(subject)
  if (!range) return
  const list = byEnd.get(endsAtMs) ?? new BlockList()
  list.addSubnet(range.address, range.prefix, range.family)
  byEnd.set(endsAtMs, list)
}
