import type { accountsApi } from '@parley/contracts/public'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { setUser, type User, useSession } from '../accounts/session.ts'
import { http } from '../api/client.ts'
import { Section } from '../app/page-frame.tsx'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Input } from '../design/input.tsx'
import { showNotice } from '../design/toast.tsx'

const rename = (name: string | null) => http.request<{ user: accountsApi.User }>('PATCH', '/me', { body: { name } })

export function ProfileSection() {
  const { data: user } = useSession()
  return <Section title="Profile">{user && <ProfileForm key={user.id} user={user} />}</Section>
}

function ProfileForm({ user }: { user: User }) {
  const [name, setName] = useState(user.name ?? '')
  const { mutate, isPending, error } = useMutation({
    mutationFn: rename,
    onSuccess: (reply) => {
      setUser(reply.user)
      showNotice('Saved')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate(name.trim() || null)
  }
  return (
    <form onSubmit={submit} className="grid max-w-md gap-5">
      {error && <Alert>{error.message}</Alert>}
      <Field label="Name" hint="How Parley greets you.">
        <Input value={name} maxLength={100} autoComplete="name" onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="E-mail">
        <Input value={user.email} readOnly className="bg-hover!" />
      </Field>
      <div>
        <Button type="submit" look="primary" isBusy={isPending} disabled={name.trim() === (user.name ?? '')}>
          Save
        </Button>
      </div>
    </form>
  )
}
