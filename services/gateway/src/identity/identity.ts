import type { AccessClaims, Principal } from '@parley/principal'

/** Who a request at the edge comes from, and how that was shown. */
export interface Identity {
  claims: AccessClaims
  principal: Principal
  via: 'cookie' | 'bearer'
}

export const principalOf = ({ sub, role, plan, sid }: AccessClaims): Principal => ({ userId: sub, role, plan, sessionId: sid })
