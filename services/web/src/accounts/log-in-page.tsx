import { useForm } from 'react-hook-form'
import { Link, Navigate, useLocation, useNavigate } from 'react-router'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Input, PasswordInput } from '../design/input.tsx'
import { AccountLayout } from './account-layout.tsx'
import { logIn } from './accounts-api.ts'
import { showFormError } from './form-errors.ts'
import { emailRules } from './rules.ts'
import { setUser, useSession } from './session.ts'

export function LogInPage() {
  const navigate = useNavigate()
  const { state } = useLocation() as { state: { next?: string } | null }
  const session = useSession()
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { email: '', password: '' } })
  const { errors, isSubmitting } = formState
  const submit = handleSubmit(async ({ email, password }) => {
    try {
      const { user } = await logIn({ email: email.trim(), password })
      setUser(user)
      void navigate(state?.next ?? '/', { replace: true })
    } catch (error) {
      showFormError(error, ['email', 'password'], setError)
    }
  })
  if (session.data && !isSubmitting) return <Navigate to={state?.next ?? '/'} replace />
  return (
    <AccountLayout
      title="Welcome back"
      footer={
        <>
          New here?{' '}
          <Button asChild look="link">
            <Link to="/sign-up">Create an account</Link>
          </Button>
        </>
      }
    >
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-5">
        {errors.root && <Alert>{errors.root.message}</Alert>}
        <Field label="E-mail" error={errors.email?.message}>
          <Input type="email" autoComplete="username" inputMode="email" maxLength={254} {...register('email', emailRules)} />
        </Field>
        <Field
          label="Password"
          error={errors.password?.message}
          aside={
            <Button asChild look="link" size="small">
              <Link to="/forgot-password">Forgotten?</Link>
            </Button>
          }
        >
          <PasswordInput autoComplete="current-password" {...register('password', { required: 'Enter your password.' })} />
        </Field>
        <Button type="submit" look="primary" size="large" isWide isBusy={isSubmitting}>
          Log in
        </Button>
        <Button asChild size="large" isWide>
          <Link to="/magic-link">Log in by mail instead</Link>
        </Button>
      </form>
    </AccountLayout>
  )
}
