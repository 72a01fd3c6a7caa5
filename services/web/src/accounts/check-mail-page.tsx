import { MailOpen } from 'lucide-react'
import { Link, useLocation } from 'react-router'
import { Button } from '../design/button.tsx'
import { AccountLayout } from './account-layout.tsx'

type Purpose = 'verify' | 'reset' | 'magic-link'

const words: Record<Purpose, { what: string; again: string; againPath: string }> = {
  verify: { what: 'a link to confirm it', again: 'sign up again', againPath: '/sign-up' },
  reset: {
    what: 'a link to choose a new password, if it belongs to an account',
    again: 'ask for another one',
    againPath: '/forgot-password',
  },
  'magic-link': { what: 'a link to log in, if it belongs to an account', again: 'ask for another one', againPath: '/magic-link' },
}

/** The same for known and unknown addresses, as the server's answer is. */
export function CheckMailPage() {
  const { state } = useLocation() as { state: { email?: string; purpose?: Purpose } | null }
  const { what, again, againPath } = words[state?.purpose ?? 'verify']
  return (
    <AccountLayout
      title="Check your mail"
      footer={
        <>
          Nothing there after a minute? Look into the spam folder, or{' '}
          <Button asChild look="link">
            <Link to={againPath}>{again}</Link>
          </Button>
          .
        </>
      }
    >
      <div className="flex items-start gap-4 rounded-2xl bg-accent-soft p-5 text-on-accent-soft">
        <MailOpen className="mt-0.5 size-6 shrink-0" aria-hidden="true" />
        <p className="min-w-0 break-words">
          We have sent {state?.email ? <strong className="font-semibold">{state.email}</strong> : 'your address'} {what}. You can close this
          page.
        </p>
      </div>
    </AccountLayout>
  )
}
