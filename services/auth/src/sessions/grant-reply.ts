import { accountsApi } from '@parley/contracts'
import { z } from 'zod'
import { publicUser } from '../accounts/account.ts'
import type { AccessTokenSigner } from '../signing-keys/access-token.ts'
import type { SessionGrant } from './session.ts'

/** What the gateway gets. It keeps the refresh token in a cookie and shows browsers the rest; times are seconds from now. */
export const grantReply = accountsApi.sessionReply.extend({ refreshToken: z.string(), refreshExpiresIn: z.number().int() })
export type GrantReply = z.infer<typeof grantReply>

export async function toGrantReply({ signer }: { signer: AccessTokenSigner }, grant: SessionGrant): Promise<GrantReply> {
  const { account, refreshToken, grantedAt, expiresAt } = grant
  const refreshExpiresIn = Math.floor((expiresAt.getTime() - grantedAt.getTime()) / 1000)
  return { user: publicUser(account), ...(await signer.sign(grant)), refreshToken, refreshExpiresIn }
}
