import { Suspense, useEffect } from 'react'
import { Navigate, Outlet, Route, Routes, useLocation } from 'react-router'
import { useSession } from '../accounts/session.ts'
import { FullScreen } from './full-screen.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import {
  AppShell,
  ChatPage,
  CheckMailPage,
  ForgotPasswordPage,
  LogInPage,
  MagicLinkPage,
  PromptsPage,
  ResetPasswordPage,
  SettingsPage,
  SharedPage,
  SignUpPage,
  UsagePage,
  VerifyEmailPage,
} from './pages.ts'
import { Unreachable } from './unreachable.tsx'

export const AppRoutes = () => (
  <Suspense fallback={<FullScreen />}>
    <Routes>
      <Route element={<SignedIn />}>
        <Route element={<AppShell />}>
          <Route element={<ChatPage />}>
            <Route index element={null} />
            <Route path="c/:conversationId" element={null} />
          </Route>
          <Route path="prompts" element={<PromptsPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="usage" element={<UsagePage />} />
        </Route>
      </Route>
      <Route path="shared/:slug" element={<SharedPage />} />
      <Route path="sign-up" element={<SignUpPage />} />
      <Route path="check-mail" element={<CheckMailPage />} />
      <Route path="verify-email" element={<VerifyEmailPage />} />
      <Route path="log-in" element={<LogInPage />} />
      <Route path="forgot-password" element={<ForgotPasswordPage />} />
      <Route path="reset-password" element={<ResetPasswordPage />} />
      <Route path="magic-link" element={<MagicLinkPage />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  </Suspense>
)

/** By then the first page is there, and these come while nobody waits: who goes offline can still open them. */
const PRELOAD_AFTER_MS = 3000

/** Everything behind it needs a user; who is nobody comes back here after logging in. */
function SignedIn() {
  const session = useSession()
  const { pathname, search } = useLocation()
  const hasUser = Boolean(session.data)
  useEffect(() => {
    if (!hasUser) return
    const timer = setTimeout(() => {
      SettingsPage.preload()
      UsagePage.preload()
      PromptsPage.preload()
    }, PRELOAD_AFTER_MS)
    return () => clearTimeout(timer)
  }, [hasUser])
  if (session.isPending) return <FullScreen />
  if (session.isError && !session.data) return <Unreachable onRetry={() => void session.refetch()} isRetrying={session.isFetching} />
  if (!session.data) return <Navigate to="/log-in" replace state={{ next: pathname + search }} />
  return <Outlet />
}
