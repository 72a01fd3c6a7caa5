import { verifyEmail } from './accounts-api.ts'
import { LinkPage } from './link-page.tsx'

export const VerifyEmailPage = () => (
  <LinkPage
    title="Confirm your address"
    lead="One click, and your account is ready."
    action="Confirm and start"
    consume={verifyEmail}
    again={{ path: '/sign-up', text: 'Sign up again for a new link' }}
  />
)
