import { z } from 'zod'
import { displayName, id, time } from './common.ts'

/** 8 to 128 characters of any kind; length counted in code points. */
export const password = z.string().refine((value) => {
  const { length } = [...value]
  return length >= 8 && length <= 128
}, 'between 8 and 128 characters')

/** An address as typed; the auth service normalises it. */
export const email = z.string().trim().min(3).max(254)

/** How long conversations are kept: until they are deleted, or until six months after the last activity in them (B10). */
export const retention = z.enum(['keep', 'six_months'])

export const user = z.object({
  id,
  email: z.string(),
  name: z.string().nullable(),
  role: z.enum(['user', 'admin']),
  plan: z.enum(['free', 'pro']),
  emailVerified: z.boolean(),
  retention,
  createdAt: time,
})
export type User = z.infer<typeof user>

export const registerBody = z.strictObject({
  email,
  password,
  name: displayName.optional(),
  captcha: z.string().max(4096).optional(),
})
export const registerReply = z.object({ status: z.literal('verification_required') })
export const verifyEmailBody = z.strictObject({ token: z.string().min(1).max(512) })
export const loginBody = z.strictObject({ email, password: z.string().min(1).max(1024), totp: z.string().max(16).optional() })
export const refreshBody = z.strictObject({ refreshToken: z.string().max(512).optional() })
/** Asks for a mail: password/forgot and magic-link. */
export const mailRequestBody = z.strictObject({ email })
export const resetPasswordBody = z.strictObject({ token: z.string().min(1).max(512), password })
export const consumeMagicLinkBody = z.strictObject({ token: z.string().min(1).max(512) })
export const updateMeBody = z.strictObject({
  name: displayName.nullable().optional(),
  locale: z.string().max(35).optional(),
  retention: retention.optional(),
})

export const userReply = z.object({ user })
/** Seconds until the access token expires stand in `expiresIn`. */
export const sessionReply = z.object({ user, accessToken: z.string(), expiresIn: z.number().int() })
export type SessionReply = z.infer<typeof sessionReply>

/** One log-in on one device. */
export const session = z.object({
  id,
  userAgent: z.string().nullable(),
  /** Network the session was last used from: IPv4 /24 or IPv6 /64. */
  ipPrefix: z.string().nullable(),
  createdAt: time,
  lastUsedAt: time,
  expiresAt: time,
  /** Is it the one that asks? */
  current: z.boolean(),
})
export type Session = z.infer<typeof session>
export const sessionList = z.object({ items: z.array(session), nextCursor: z.string().nullable() })
