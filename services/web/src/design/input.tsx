import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { useField } from './field.tsx'

// 16 px on phones: iOS zooms into anything smaller.
const look =
  'w-full rounded-xl border border-line-strong bg-surface px-3.5 text-base text-ink transition-colors placeholder:text-ink-faint hover:border-ink-faint focus:border-accent focus:outline-2 focus:outline-accent/25 focus:outline-offset-0 disabled:opacity-60 aria-invalid:border-danger aria-invalid:focus:outline-danger/25 sm:text-sm'

export const Input = ({ className = '', ...rest }: ComponentProps<'input'>) => (
  <input className={`${look} h-11 ${className}`} {...useField()} {...rest} />
)

export const Textarea = ({ className = '', ...rest }: ComponentProps<'textarea'>) => (
  <textarea className={`${look} py-2.5 ${className}`} {...useField()} {...rest} />
)

export function PasswordInput(props: ComponentProps<'input'>) {
  const [isShown, setIsShown] = useState(false)
  const label = isShown ? 'Hide password' : 'Show password'
  return (
    <div className="relative">
      <Input {...props} type={isShown ? 'text' : 'password'} className="pr-11" spellCheck={false} autoCapitalize="none" />
      <button
        type="button"
        aria-label={label}
        aria-pressed={isShown}
        onClick={() => setIsShown(!isShown)}
        className="absolute inset-y-1 right-1 grid w-9 place-items-center rounded-lg text-ink-faint hover:text-ink"
      >
        {isShown ? <EyeOff className="size-4" aria-hidden="true" /> : <Eye className="size-4" aria-hidden="true" />}
      </button>
    </div>
  )
}
