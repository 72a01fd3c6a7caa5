import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { queryClient } from '../../api/client.ts'
import { Alert } from '../../design/alert.tsx'
import { Button } from '../../design/button.tsx'
import { CopyField } from '../../design/copy-field.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Field } from '../../design/field.tsx'
import { Input } from '../../design/input.tsx'
import { Select } from '../../design/select.tsx'
import { type ApiKeyScope, apiKeysKey, createApiKey } from './api-keys-api.ts'
import { endOf, type Lifetime, lifetimes } from './lifetimes.ts'

const scopes: readonly { value: ApiKeyScope; name: string; description: string }[] = [
  { value: 'chat', name: 'Chat', description: 'Ask models, and read and write your chats.' },
  { value: 'embeddings', name: 'Embeddings', description: 'Turn texts into vectors.' },
  { value: 'models', name: 'Models', description: 'List the models you may use.' },
]

/** Asks what a new key may do, makes it, and shows it: this once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: createApiKey,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysKey }),
  })
  if (data) return <ShownKey apiKey={data.key} onClose={onClose} />
  return (
    <NewKeyForm
      isPending={isPending}
      problem={error?.message}
      onClose={onClose}
      onCreate={(name, chosen, lifetime) => mutate({ name, scopes: chosen, expiresAt: endOf(lifetime, Date.now()) })}
    />
  )
}

interface NewKeyFormProps {
  isPending: boolean
  problem: string | undefined
  onClose: () => void
  onCreate: (name: string, scopes: ApiKeyScope[], lifetime: Lifetime) => void
}

function NewKeyForm({ isPending, problem, onClose, onCreate }: NewKeyFormProps) {
  const form = useId()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly ApiKeyScope[]>(scopes.map(({ value }) => value))
  const [lifetime, setLifetime] = useState<Lifetime>('90')
  const isComplete = name.trim() !== '' && chosen.length > 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isComplete) onCreate(name.trim(), [...chosen], lifetime)
  }
  const toggle = (scope: ApiKeyScope) => setChosen(chosen.includes(scope) ? chosen.filter((other) => other !== scope) : [...chosen, scope])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="New API key"
      description="Programs act on your behalf with it, and its answers count as your messages."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" isBusy={isPending} disabled={!isComplete}>
            Create key
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-5">
        {problem && <Alert>{problem}</Alert>}
        <Field label="Name" hint="To tell it from your other keys.">
          <Input value={name} maxLength={100} placeholder="My script" onChange={(event) => setName(event.target.value)} />
        </Field>
        <fieldset className="grid gap-2">
          <legend className="mb-2 font-medium text-sm">What it may do</legend>
          {scopes.map(({ value, name: label, description }) => (
            <label key={value} className="flex items-start gap-3 text-sm">
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={() => toggle(value)}
                className="mt-0.5 size-4 accent-accent"
              />
              <span>
                <span className="font-medium">{label}</span>
                <span className="block text-[0.8125rem] text-ink-soft">{description}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="flex items-center justify-between gap-3 text-sm">
          <span className="font-medium">Valid for</span>
          <Select
            label="Valid for"
            value={lifetime}
            groups={[{ options: [...lifetimes] }]}
            onChange={(value) => setLifetime(value as Lifetime)}
            align="end"
          />
        </div>
      </form>
    </Dialog>
  )
}

const ShownKey = ({ apiKey, onClose }: { apiKey: string; onClose: () => void }) => (
  <Dialog
    isOpen
    size="medium"
    onClose={onClose}
    title="Your new key"
    description="Copy it now: it is not kept in a form that could be shown again. Whoever has it can use your messages."
    actions={<Button onClick={onClose}>Done</Button>}
  >
    <CopyField label="API key" text={apiKey} isCode />
  </Dialog>
)
