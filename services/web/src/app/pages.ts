import { lazyPage } from './lazy-page.ts'

const accounts = () => import('../accounts/accounts-pages.ts')

export const AppShell = lazyPage(
  () => import('../chat/app-shell.tsx'),
  (module) => module.AppShell,
)
export const ChatPage = lazyPage(
  () => import('../chat/chat-page.tsx'),
  (module) => module.ChatPage,
)
export const SettingsPage = lazyPage(
  () => import('../settings/settings-page.tsx'),
  (module) => module.SettingsPage,
)
export const PromptsPage = lazyPage(
  () => import('../prompts/prompts-page.tsx'),
  (module) => module.PromptsPage,
)
export const SharedPage = lazyPage(
  () => import('../shared/shared-page.tsx'),
  (module) => module.SharedPage,
)
export const UsagePage = lazyPage(
  () => import('../usage/usage-page.tsx'),
  (module) => module.UsagePage,
)
export const SignUpPage = lazyPage(accounts, (module) => module.SignUpPage)
export const CheckMailPage = lazyPage(accounts, (module) => module.CheckMailPage)
export const VerifyEmailPage = lazyPage(accounts, (module) => module.VerifyEmailPage)
export const LogInPage = lazyPage(accounts, (module) => module.LogInPage)
export const ForgotPasswordPage = lazyPage(accounts, (module) => module.ForgotPasswordPage)
export const ResetPasswordPage = lazyPage(accounts, (module) => module.ResetPasswordPage)
export const MagicLinkPage = lazyPage(accounts, (module) => module.MagicLinkPage)

const accountPaths = /^\/(sign-up|check-mail|verify-email|log-in|forgot-password|reset-password|magic-link)\b/

const besideTheChat = [
  ['/settings', SettingsPage],
  ['/usage', UsagePage],
  ['/prompts', PromptsPage],
] as const

/** Asks for the first page's code at once, beside the question who is logged in. */
export function preloadPage(pathname: string): void {
  if (accountPaths.test(pathname)) {
    LogInPage.preload()
    return
  }
  if (pathname.startsWith('/shared/')) {
    SharedPage.preload()
    return
  }
  AppShell.preload()
  const [, page = ChatPage] = besideTheChat.find(([path]) => pathname.startsWith(path)) ?? []
  page.preload()
}
