import { useForm, useWatch } from 'react-hook-form'
import { Link, useNavigate } from 'react-router'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { PasswordInput } from '../design/input.tsx'
import { showNotice } from '../design/toast.tsx'
import { AccountLayout } from './account-layout.tsx'
import { resetPassword } from './accounts-api.ts'
import { showFormError } from './form-errors.ts'
import { newPasswordRules } from './rules.ts'
import { StrengthMeter } from './strength-meter.tsx'
import { useLinkToken } from './use-link-token.ts'

export function ResetPasswordPage() {
  const token = useLinkToken()
  const navigate = useNavigate()
  const { register, handleSubmit, setError, control, formState } = useForm({ defaultValues: { password: '' } })
  const { errors, isSubmitting } = formState
  const password = useWatch({ control, name: 'password' })
  const submit = handleSubmit(async (values) => {
    try {
      await resetPassword(token ?? '', values.password)
      showNotice('Your new password is set. Log in with it now.')
      void navigate('/log-in', { replace: true })
    } catch (error) {
      showFormError(error, ['password'], setError, { password_too_common: 'password' })
    }
  })
  const isLinkDead = !token || errors.root?.type === 'invalid_token'
  return (
    <AccountLayout title="Choose a new password" lead={!isLinkDead && 'All devices are logged out when you change it.'}>
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-5">
        {isLinkDead ? (
          <Alert>This link is not valid any more. Please ask for a new one.</Alert>
        ) : (
          errors.root && <Alert>{errors.root.message}</Alert>
        )}
        {isLinkDead ? (
          <Button asChild size="large" isWide>
            <Link to="/forgot-password">Ask for a new link</Link>
          </Button>
        ) : (
          <>
            <Field label="New password" error={errors.password?.message} hint={<StrengthMeter password={password} ownWords={[]} />}>
              <PasswordInput autoComplete="new-password" {...register('password', newPasswordRules)} />
            </Field>
            <Button type="submit" look="primary" size="large" isWide isBusy={isSubmitting}>
              Set password
            </Button>
          </>
        )}
      </form>
    </AccountLayout>
  )
}
