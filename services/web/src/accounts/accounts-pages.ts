// One chunk for all pages of people who are not logged in.
export { CheckMailPage } from './check-mail-page.tsx'
export { ForgotPasswordPage } from './forgot-password-page.tsx'
export { LogInPage } from './log-in-page.tsx'
export { MagicLinkPage } from './magic-link-page.tsx'
export { ResetPasswordPage } from './reset-password-page.tsx'
export { SignUpPage } from './sign-up-page.tsx'
export { VerifyEmailPage } from './verify-email-page.tsx'
