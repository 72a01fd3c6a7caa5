import { isIP } from 'node:net'

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
  const [address = '', width, ...rest] = text.trim().split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0 || (width !== undefined && !/^\d{1,3}$/.test(width))) return null
  const [widest, longest, usual] = version === 4 ? [8, 32, 32] : [16, 128, 64]
  const prefix = width === undefined ? usual : Number(width)
  if (prefix < widest || prefix > longest) return null
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}
