import { Link } from 'react-router'
import { Button } from '../design/button.tsx'
import { askForMagicLink, consumeMagicLink } from './accounts-api.ts'
import { LinkPage } from './link-page.tsx'
import { MailRequestPage } from './mail-request-page.tsx'
import { useLinkToken } from './use-link-token.ts'

/** With a token it logs in; without one it asks for a link. */
export const MagicLinkPage = () =>
  useLinkToken() ? (
    <LinkPage
      title="Welcome back"
      lead="This link logs you in on this device."
      action="Log in"
      consume={consumeMagicLink}
      again={{ path: '/magic-link', text: 'Ask for a new link' }}
      footer={
        <Button asChild look="link">
          <Link to="/log-in">Log in with your password</Link>
        </Button>
      }
    />
  ) : (
    <MailRequestPage
      title="Log in by mail"
      lead="We send you a link that logs you in, without a password."
      action="Send the link"
      purpose="magic-link"
      ask={askForMagicLink}
    />
  )
