import { Link } from 'react-router'
import { Button } from '../design/button.tsx'
import { verifyEmail } from './accounts-api.ts'
import { LinkPage } from './link-page.tsx'

export const VerifyEmailPage = () => (
  <LinkPage
    title="Confirm your address"
    lead="One click, and your account is ready."
    action="Confirm and start"
    consume={verifyEmail}
    again={{ path: '/sign-up', text: 'Sign up again for a new link' }}
    footer={
      <>
        Already confirmed?{' '}
        <Button asChild look="link">
          <Link to="/log-in">Log in</Link>
        </Button>
      </>
    }
  />
)
