import { useForm } from 'react-hook-form'
import { Link, useNavigate } from 'react-router'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Input } from '../design/input.tsx'
import { AccountLayout } from './account-layout.tsx'
import { showFormError } from './form-errors.ts'
import { emailRules } from './rules.ts'

interface MailRequestPageProps {
  title: string
  lead: string
  action: string
  purpose: 'reset' | 'magic-link'
  ask: (email: string) => Promise<void>
}

/** Asks for an address to send a link to. */
export function MailRequestPage({ title, lead, action, purpose, ask }: MailRequestPageProps) {
  const navigate = useNavigate()
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { email: '' } })
  const { errors, isSubmitting } = formState
  const submit = handleSubmit(async ({ email }) => {
    try {
      await ask(email.trim())
      void navigate('/check-mail', { state: { email: email.trim(), purpose } })
    } catch (error) {
      showFormError(error, ['email'], setError)
    }
  })
  return (
    <AccountLayout
      title={title}
      lead={lead}
      footer={
        <Button asChild look="link">
          <Link to="/log-in">Back to log-in</Link>
        </Button>
      }
    >
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-5">
        {errors.root && <Alert>{errors.root.message}</Alert>}
        <Field label="E-mail" error={errors.email?.message}>
          <Input type="email" autoComplete="email" inputMode="email" maxLength={254} {...register('email', emailRules)} />
        </Field>
        <Button type="submit" look="primary" size="large" isWide isBusy={isSubmitting}>
          {action}
        </Button>
      </form>
    </AccountLayout>
  )
}
