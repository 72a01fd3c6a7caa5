import { useForm, useWatch } from 'react-hook-form'
import { Link, Navigate, useNavigate } from 'react-router'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Input, PasswordInput } from '../design/input.tsx'
import { AccountLayout } from './account-layout.tsx'
import { register as signUp } from './accounts-api.ts'
import { showFormError } from './form-errors.ts'
import { emailRules, newPasswordRules } from './rules.ts'
import { useSession } from './session.ts'
import { StrengthMeter } from './strength-meter.tsx'

interface Values {
  name: string
  email: string
  password: string
}

export function SignUpPage() {
  const navigate = useNavigate()
  const session = useSession()
  const { register, handleSubmit, setError, control, formState } = useForm<Values>({ defaultValues: { name: '', email: '', password: '' } })
  const { errors, isSubmitting } = formState
  const [name, email, password] = useWatch({ control, name: ['name', 'email', 'password'] })

  const submit = handleSubmit(async (values) => {
    try {
      await signUp({ email: values.email.trim(), password: values.password, name: values.name.trim() || undefined })
      void navigate('/check-mail', { state: { email: values.email.trim(), purpose: 'verify' } })
    } catch (error) {
      showFormError(error, ['name', 'email', 'password'], setError, { password_too_common: 'password' })
    }
  })

  if (session.data) return <Navigate to="/" replace />
  return (
    <AccountLayout
      title="Create your account"
      lead="Free to begin with, no card needed."
      footer={
        <>
          Already have an account?{' '}
          <Button asChild look="link">
            <Link to="/log-in">Log in</Link>
          </Button>
        </>
      }
    >
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-5">
        {errors.root && <Alert>{errors.root.message}</Alert>}
        <Field label="Name" aside={<span className="text-ink-faint text-xs">optional</span>} error={errors.name?.message}>
          <Input autoComplete="name" maxLength={100} {...register('name')} />
        </Field>
        <Field label="E-mail" error={errors.email?.message}>
          <Input type="email" autoComplete="email" inputMode="email" maxLength={254} {...register('email', emailRules)} />
        </Field>
        <Field
          label="Password"
          error={errors.password?.message}
          hint={<StrengthMeter password={password} ownWords={[name, email, email.split('@', 1).join('')]} />}
        >
          <PasswordInput autoComplete="new-password" {...register('password', newPasswordRules)} />
        </Field>
        <Button type="submit" look="primary" size="large" isWide isBusy={isSubmitting}>
          Create account
        </Button>
      </form>
    </AccountLayout>
  )
}
