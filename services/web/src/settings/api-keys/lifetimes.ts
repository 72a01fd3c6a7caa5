/** How long a new key may live. */
export const lifetimes = [
  { value: '30', name: '30 days' },
  { value: '90', name: '90 days' },
  { value: '365', name: 'One year' },
  { value: 'unlimited', name: 'Until I revoke it' },
] as const
export type Lifetime = (typeof lifetimes)[number]['value']

const DAY_MS = 86_400_000

/** When a key that is made now ends; undefined for one without an end. */
export const endOf = (lifetime: Lifetime, nowMs: number): string | undefined =>
  lifetime === 'unlimited' ? undefined : new Date(nowMs + Number(lifetime) * DAY_MS).toISOString()

/** What there is to say about a key's use and end. */
export function describeLife(
  key: { lastUsedAt: string | null; expiresAt: string | null },
  nowMs: number,
  show: (time: string) => string,
): string {
  const used = key.lastUsedAt === null ? 'Never used' : `Last used ${show(key.lastUsedAt)}`
  if (key.expiresAt === null) return used
  return `${used} · ${Date.parse(key.expiresAt) <= nowMs ? 'expired' : 'expires'} ${show(key.expiresAt)}`
}
