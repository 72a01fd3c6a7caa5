/** The public API alone, for programs that have no business with NATS (the web app). */

export * as usageApi from './api/account-usage.ts'
export * as accountsApi from './api/accounts.ts'
export * as chatApi from './api/chat.ts'
export * as commonApi from './api/common.ts'
export * as modelsApi from './api/models.ts'
export * as notificationsApi from './api/notifications.ts'
export * as socketApi from './api/socket.ts'
