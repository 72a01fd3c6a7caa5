import { createBrowserRouter, Navigate, Outlet, useLocation } from 'react-router'
import { useSession } from '../accounts/session.ts'
import { FullScreen } from './full-screen.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { RouteError } from './route-error.tsx'
import { Unreachable } from './unreachable.tsx'

const accounts = () => import('../accounts/accounts-pages.ts')

export const router = createBrowserRouter([
  {
    errorElement: <RouteError />,
    hydrateFallbackElement: <FullScreen />,
    children: [
      {
        element: <SignedIn />,
        children: [
          {
            lazy: async () => ({ Component: (await import('../chat/app-shell.tsx')).AppShell }),
            children: [
              {
                lazy: async () => ({ Component: (await import('../chat/chat-page.tsx')).ChatPage }),
                children: [{ index: true }, { path: 'c/:conversationId' }],
              },
              { path: 'settings', lazy: async () => ({ Component: (await import('../settings/settings-page.tsx')).SettingsPage }) },
              { path: 'usage', lazy: async () => ({ Component: (await import('../usage/usage-page.tsx')).UsagePage }) },
            ],
          },
        ],
      },
      { path: 'sign-up', lazy: async () => ({ Component: (await accounts()).SignUpPage }) },
      { path: 'check-mail', lazy: async () => ({ Component: (await accounts()).CheckMailPage }) },
      { path: 'verify-email', lazy: async () => ({ Component: (await accounts()).VerifyEmailPage }) },
      { path: 'log-in', lazy: async () => ({ Component: (await accounts()).LogInPage }) },
      { path: 'forgot-password', lazy: async () => ({ Component: (await accounts()).ForgotPasswordPage }) },
      { path: 'reset-password', lazy: async () => ({ Component: (await accounts()).ResetPasswordPage }) },
      { path: 'magic-link', lazy: async () => ({ Component: (await accounts()).MagicLinkPage }) },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
])

/** Everything behind it needs a user; who is nobody comes back here after logging in. */
function SignedIn() {
  const session = useSession()
  const { pathname } = useLocation()
  if (session.isPending) return <FullScreen />
  if (session.isError) return <Unreachable onRetry={() => void session.refetch()} isRetrying={session.isFetching} />
  if (!session.data) return <Navigate to="/log-in" replace state={{ next: pathname }} />
  return <Outlet />
}
