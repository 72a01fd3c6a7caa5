import type { accountsApi } from '@parley/contracts/public'
import { http } from '../api/client.ts'

type UserReply = { user: accountsApi.User }

export const register = (body: { email: string; password: string; name?: string }) =>
  http.request<void>('POST', '/auth/register', { body, isSignIn: true })

export const logIn = (body: { email: string; password: string }) => http.request<UserReply>('POST', '/auth/login', { body, isSignIn: true })

export const verifyEmail = (token: string) => http.request<UserReply>('POST', '/auth/verify-email', { body: { token }, isSignIn: true })

export const askForPasswordLink = (email: string) =>
  http.request<void>('POST', '/auth/password/forgot', { body: { email }, isSignIn: true })

export const resetPassword = (token: string, password: string) =>
  http.request<void>('POST', '/auth/password/reset', { body: { token, password }, isSignIn: true })

export const askForMagicLink = (email: string) => http.request<void>('POST', '/auth/magic-link', { body: { email }, isSignIn: true })

export const consumeMagicLink = (token: string) =>
  http.request<UserReply>('POST', '/auth/magic-link/consume', { body: { token }, isSignIn: true })
