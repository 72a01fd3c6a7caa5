import { CircleAlert } from 'lucide-react'
import { createContext, type ReactNode, use, useId } from 'react'

interface FieldContext {
  id: string
  describedBy: string | undefined
  isInvalid: boolean
}

const Context = createContext<FieldContext | null>(null)

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string
  /** Stands at the end of the label's line. */
  aside?: ReactNode
  children: ReactNode
}

/** A label, its control, and what there is to say about it; ties them together for screen readers. */
export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const describedBy = error || hint ? noteId : undefined
  return (
    <Context value={{ id, describedBy, isInvalid: Boolean(error) }}>
      <div className="grid gap-1.5">
        <div className="flex items-baseline justify-between gap-3">
          <label htmlFor={id} className="font-medium text-sm">
            {label}
          </label>
          {aside}
        </div>
        {children}
        {error ? (
          <p id={noteId} role="alert" className="flex gap-1.5 text-[0.8125rem] text-danger leading-snug">
            <CircleAlert className="mt-px size-3.5 shrink-0" aria-hidden="true" />
            {error}
          </p>
        ) : (
          hint && (
            <div id={noteId} className="text-[0.8125rem] text-ink-faint leading-snug">
              {hint}
            </div>
          )
        )}
      </div>
    </Context>
  )
}

/** What a control inside a Field puts on its element. */
export function useField() {
  const field = use(Context)
  return field ? { id: field.id, 'aria-describedby': field.describedBy, 'aria-invalid': field.isInvalid || undefined } : {}
}
