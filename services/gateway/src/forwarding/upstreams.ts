import type { Config } from '../config.ts'

export type UpstreamName = 'auth' | 'chat' | 'ai-router' | 'usage' | 'billing' | 'notification'

/** Origin of every service the gateway forwards to. */
export type Upstreams = Readonly<Record<UpstreamName, string>>

export function upstreamsOf(config: Config): Upstreams {
  return {
    auth: config.AUTH_URL,
    chat: config.CHAT_URL,
    'ai-router': config.AI_ROUTER_URL,
    usage: config.USAGE_URL,
    billing: config.BILLING_URL,
    notification: config.NOTIFICATION_URL,
  }
}
