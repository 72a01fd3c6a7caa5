import { isIPv4, isIPv6 } from 'node:net'

/** From where somebody acts. */
export interface Device {
  /** What limits count by and the audit log names: an IPv4 address, or the /64 of an IPv6 one. */
  source: string
  /** What a session remembers: IPv4 /24 or IPv6 /64; null when unknown. */
  ipPrefix: string | null
  userAgent: string | null
}

const USER_AGENT_MAX_CHARACTERS = 300
const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

export function deviceOf(address: string, userAgent: string | undefined): Device {
  const source = sourceOf(address)
  const ipPrefix = isIPv4(source) ? `${source.split('.').slice(0, 3).join('.')}.0/24` : source === UNKNOWN ? null : source
  return { source, ipPrefix, userAgent: userAgent?.slice(0, USER_AGENT_MAX_CHARACTERS) || null }
}

/** All requests without a readable address share one window: nobody escapes a limit by hiding. */
const UNKNOWN = 'unknown'

function sourceOf(address: string): string {
  const ipv4 = IPV4_IN_IPV6.exec(address)?.[1] ?? address
  if (isIPv4(ipv4)) return ipv4
  return isIPv6(address) ? networkOf(address) : UNKNOWN
}

/** The first four groups of an IPv6 address: one customer has at least that whole network to himself. */
function networkOf(address: string): string {
  const [withoutZone = ''] = address.split('%')
  const [head = '', tail] = withoutZone.split('::')
  const before = head.split(':').filter(Boolean)
  const after = tail?.split(':').filter(Boolean) ?? []
  // An embedded IPv4 tail stands for two groups.
  const written = before.length + after.length + (withoutZone.includes('.') ? 1 : 0)
  const gap = tail === undefined ? 0 : 8 - written
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
