export const serviceNames = ['auth', 'usage', 'billing', 'notification', 'ai-router', 'chat', 'gateway'] as const

/** The seven services, each a folder below `services/`. */
export type ServiceName = (typeof serviceNames)[number]

export const isServiceName = (name: string): name is ServiceName => serviceNames.some((known) => known === name)
