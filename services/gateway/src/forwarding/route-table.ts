import type { apiKeysApi } from '@parley/contracts'
import type { UpstreamName } from './upstreams.ts'

export interface ForwardedRoute {
  path: string
  upstream: UpstreamName
  /** Who gets through at the edge; the service checks again. */
  access: 'public' | 'user' | 'admin'
  /** What an API key needs for it; left out: no API key is accepted. */
  scope?: apiKeysApi.ApiKeyScope
  /** Its POSTs honour Idempotency-Key. Answers are stored for that, so nothing that returns a secret may be listed. */
  keepsAnswers?: true
}

/** Everything that is forwarded. What is not listed here does not exist at the edge. */
export const forwardedRoutes: readonly ForwardedRoute[] = [
  { path: '/.well-known/jwks.json', upstream: 'auth', access: 'public' },
  { path: '/api/v1/auth/*', upstream: 'auth', access: 'public' },
  { path: '/api/v1/me', upstream: 'auth', access: 'user' },
  { path: '/api/v1/me/*', upstream: 'auth', access: 'user' },
  { path: '/api/v1/conversations', upstream: 'chat', access: 'user', scope: 'chat', keepsAnswers: true },
  { path: '/api/v1/conversations/*', upstream: 'chat', access: 'user', scope: 'chat', keepsAnswers: true },
  { path: '/api/v1/turns/*', upstream: 'chat', access: 'user', scope: 'chat' },
  { path: '/api/v1/messages/*', upstream: 'chat', access: 'user', scope: 'chat', keepsAnswers: true },
  { path: '/api/v1/search', upstream: 'chat', access: 'user', scope: 'chat' },
  { path: '/api/v1/shared/*', upstream: 'chat', access: 'public' },
  { path: '/api/v1/prompts', upstream: 'chat', access: 'user', scope: 'chat', keepsAnswers: true },
  { path: '/api/v1/prompts/*', upstream: 'chat', access: 'user', scope: 'chat' },
  { path: '/api/v1/instructions', upstream: 'chat', access: 'user', scope: 'chat' },
  { path: '/api/v1/models', upstream: 'ai-router', access: 'user', scope: 'models' },
  { path: '/api/v1/admin/audit', upstream: 'auth', access: 'admin' },
  { path: '/api/v1/admin/incidents', upstream: 'ai-router', access: 'admin' },
  { path: '/api/v1/admin/incidents/*', upstream: 'ai-router', access: 'admin' },
  { path: '/api/v1/admin/models', upstream: 'ai-router', access: 'admin', keepsAnswers: true },
  { path: '/api/v1/admin/models/*', upstream: 'ai-router', access: 'admin', keepsAnswers: true },
  { path: '/api/v1/admin/providers', upstream: 'ai-router', access: 'admin', keepsAnswers: true },
  { path: '/api/v1/admin/providers/*', upstream: 'ai-router', access: 'admin' },
  { path: '/api/v1/admin/routes', upstream: 'ai-router', access: 'admin' },
  { path: '/api/v1/admin/routes/*', upstream: 'ai-router', access: 'admin' },
  { path: '/api/v1/usage', upstream: 'usage', access: 'user', scope: 'chat' },
  { path: '/api/v1/usage/*', upstream: 'usage', access: 'user', scope: 'chat' },
  { path: '/api/v1/admin/usage/*', upstream: 'usage', access: 'admin' },
  { path: '/api/v1/billing/plans', upstream: 'billing', access: 'public' },
  { path: '/api/v1/billing/*', upstream: 'billing', access: 'user' },
  { path: '/api/v1/notifications', upstream: 'notification', access: 'user' },
  { path: '/api/v1/notifications/*', upstream: 'notification', access: 'user' },
]
