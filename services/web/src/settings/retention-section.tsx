import type { accountsApi } from '@parley/contracts/public'
import { useMutation } from '@tanstack/react-query'
import { setUser, useSession } from '../accounts/session.ts'
import { http } from '../api/client.ts'
import { Section } from '../app/page-frame.tsx'
import { Alert } from '../design/alert.tsx'
import { ChoiceList } from '../design/choice-list.tsx'
import { showNotice } from '../design/toast.tsx'

type Retention = accountsApi.User['retention']

const choices = [
  { value: 'keep', name: 'Until I delete them', description: 'Chats stay as long as your account.' },
  {
    value: 'six_months',
    name: 'Six months',
    description: 'A chat is deleted for good, with all its messages, six months after the last activity in it.',
  },
] as const

const keepFor = (retention: Retention) => http.request<{ user: accountsApi.User }>('PATCH', '/me', { body: { retention } })

export function RetentionSection() {
  const { data: user } = useSession()
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: keepFor,
    onSuccess: (reply) => {
      setUser(reply.user)
      showNotice('Saved')
    },
  })
  if (!user) return null
  return (
    <Section title="How long chats are kept">
      <div className="grid max-w-xl gap-4">
        {error && <Alert>{error.message}</Alert>}
        <ChoiceList
          label="How long chats are kept"
          value={isPending ? variables : user.retention}
          choices={choices}
          onChange={(next) => !isPending && mutate(next)}
        />
      </div>
    </Section>
  )
}
