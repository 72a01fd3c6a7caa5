import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { isApiError } from '../api/api-error.ts'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { AccountLayout } from './account-layout.tsx'
import { setUser, type User } from './session.ts'
import { useLinkToken } from './use-link-token.ts'

interface LinkPageProps {
  title: string
  lead: ReactNode
  action: string
  consume: (token: string) => Promise<{ user: User }>
  /** Where to get a fresh link. */
  again: { path: string; text: string }
  footer: ReactNode
}

/** A mailed link that logs in: one button uses it up. */
export function LinkPage({ title, lead, action, consume, again, footer }: LinkPageProps) {
  const token = useLinkToken()
  const navigate = useNavigate()
  const { mutate, isPending, error } = useMutation({
    mutationFn: consume,
    onSuccess: ({ user }) => {
      setUser(user)
      void navigate('/', { replace: true })
    },
  })
  // Where the server could not be reached, or had no time, the link is as good as before.
  const isDead = !token || (isApiError(error) && isRefusal(error.status))
  return (
    <AccountLayout title={title} lead={!isDead && lead} footer={isDead && footer}>
      <div className="grid gap-5">
        {!token && <Alert>This link is not complete. Please open it from the mail again.</Alert>}
        {error && <Alert>{error.message}</Alert>}
        {!isDead && (
          <Button look="primary" size="large" isWide isBusy={isPending} onClick={() => mutate(token)}>
            {action}
          </Button>
        )}
        {isDead && (
          <Button asChild size="large" isWide>
            <Link to={again.path}>{again.text}</Link>
          </Button>
        )}
      </div>
    </AccountLayout>
  )
}

const isRefusal = (status: number) => status >= 400 && status < 500 && status !== 429
