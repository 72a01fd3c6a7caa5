import { BlockList, isIP } from 'node:net'

/** Somebody who is kept out. */
export interface Ban {
  id: string
  kind: 'user' | 'ip'
  /** A user's id, or an address range in CIDR form. */
  subject: string
  reason: string
  createdBy: string | null
  createdAt: Date
  /** Null: until it is lifted. */
  expiresAt: Date | null
  liftedAt: Date | null
  liftedBy: string | null
}

/**
 * The range a ban of an address means: an IPv4 address alone, the /64 of an IPv6 one, since that is one customer.
 * A range may be given as such. Null for what is neither, and for ranges so wide that they are a mistake.
 */
export function addressRange(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [given = '', width, ...rest] = text.trim().split('/')
  const address = (width === undefined && unmapped(given)) || given
  const version = isIP(address)
  if (version === 0 || rest.length > 0 || (width !== undefined && !/^\d{1,3}$/.test(width))) return null
  const [widest, longest, usual] = version === 4 ? [8, 32, 32] : [16, 128, 64]
  const prefix = width === undefined ? usual : Number(width)
  if (prefix < widest || prefix > longest) return null
  if (version === 6 && holdsIPv4(address, prefix)) return null
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** The IPv4 address that an IPv6 socket shows as `::ffff:203.0.113.9`; undefined for any other. */
export const unmapped = (address: string): string | undefined => MAPPED_IPV4.exec(address)?.[1]

/** All of IPv4 is a part of `::/64`: the range around `::1` or a mapped address would keep everybody out. */
function holdsIPv4(address: string, prefix: number): boolean {
  const list = new BlockList()
  list.addSubnet(address, prefix, 'ipv6')
  return list.check('0.0.0.0', 'ipv4')
}
