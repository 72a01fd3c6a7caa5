/** The public API alone, for programs that have no business with NATS (the web app). */

export * as usageApi from './api/account-usage.ts'
export * as accountsApi from './api/accounts.ts'
export * as adminCatalogueApi from './api/admin-catalogue.ts'
export * as chatApi from './api/chat.ts'
export * as commonApi from './api/common.ts'
export * as modelsApi from './api/models.ts'
export * as notificationsApi from './api/notifications.ts'
export * as promptsApi from './api/prompts.ts'
export * as searchApi from './api/search.ts'
export * as sharingApi from './api/sharing.ts'
export * as socketApi from './api/socket.ts'
export { fillPrompt, promptVariables } from './prompt-variables.ts'
