import { fillPrompt } from '@parley/contracts/prompt-variables'
import { type FormEvent, useState } from 'react'
import { Field } from '../design/field.tsx'
import { Textarea } from '../design/input.tsx'
import type { Prompt } from './prompts-api.ts'

interface FillFormProps {
  id: string
  prompt: Prompt
  onFilled: (text: string) => void
}

/** Asks for the values of a template's variables. */
export function FillForm({ id, prompt: { text, variables }, onFilled }: FillFormProps) {
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const given = [...values].filter(([, value]) => value.trim() !== '')
    onFilled(fillPrompt(text, new Map(given)))
  }
  return (
    <form id={id} onSubmit={submit} className="grid gap-4">
      {variables.map((name, place) => (
        <Field key={name} label={name}>
          <Textarea
            rows={2}
            autoFocus={place === 0}
            value={values.get(name) ?? ''}
            onChange={(event) => setValues(new Map(values).set(name, event.target.value))}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
              event.preventDefault()
              event.currentTarget.form?.requestSubmit()
            }}
            className="max-h-40 resize-none [field-sizing:content]"
          />
        </Field>
      ))}
    </form>
  )
}
