import { promptVariables } from '@parley/contracts/prompt-variables'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { useSession } from '../accounts/session.ts'
import { createAttempts } from '../api/attempts.ts'
import { queryClient } from '../api/client.ts'
import { Alert } from '../design/alert.tsx'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Field } from '../design/field.tsx'
import { Input, Textarea } from '../design/input.tsx'
import { useReturnFocus } from '../design/use-return-focus.ts'
import { createPrompt, type Prompt, type PromptTexts, promptKeys, updatePrompt } from './prompts-api.ts'

const NAME_MAX_CHARACTERS = 100
const TEXT_MAX_CHARACTERS = 5000

interface EditPromptDialogProps {
  /** Null for a new one. */
  prompt: Prompt | null
  /** A new one that begins like this one. */
  isCopy: boolean
  onClose: () => void
}

export function EditPromptDialog({ prompt, isCopy, onClose }: EditPromptDialogProps) {
  const form = useId()
  const returnFocus = useReturnFocus()
  const { data: user } = useSession()
  const isNew = isCopy || !prompt
  const [name, setName] = useState(prompt ? prompt.name : '')
  const [text, setText] = useState(prompt?.text ?? '')
  const [isShared, setIsShared] = useState(!isCopy && (prompt?.shared ?? false))
  const [attempts] = useState(createAttempts)
  const { mutate, isPending, error } = useMutation({
    mutationFn: (texts: PromptTexts) => (isNew ? createPrompt(texts, attempts.keyFor(texts)) : updatePrompt(prompt.id, texts)),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: promptKeys.all })
      onClose()
    },
  })
  const variables = promptVariables(text)
  const maySave = name.trim() !== '' && text.trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!maySave || isPending) return
    mutate({ name: name.trim(), text: text.trim(), ...(user?.role === 'admin' && { shared: isShared }) })
  }
  return (
    <Dialog
      isOpen
      size="medium"
      onClose={onClose}
      onCloseAutoFocus={returnFocus}
      title={isNew ? 'New prompt' : 'Edit the prompt'}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" isBusy={isPending} disabled={!maySave}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-5">
        {error && <Alert>{error.message}</Alert>}
        <Field label="Name">
          <Input value={name} maxLength={NAME_MAX_CHARACTERS} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Text" hint="Parts that change stand in double braces, like {{topic}}, and are asked for each time.">
          <Textarea
            rows={8}
            value={text}
            maxLength={TEXT_MAX_CHARACTERS}
            onChange={(event) => setText(event.target.value)}
            className="resize-y"
          />
        </Field>
        {variables.length > 0 && (
          <p className="-mt-2 flex flex-wrap items-center gap-1.5 text-ink-soft text-sm">
            Asks for
            {variables.map((variable) => (
              <Badge key={variable} look="accent">
                {variable}
              </Badge>
            ))}
          </p>
        )}
        {user?.role === 'admin' && (
          <label className="flex items-center gap-2.5 text-sm">
            <input
              type="checkbox"
              checked={isShared}
              onChange={(event) => setIsShared(event.target.checked)}
              className="size-4 accent-(--accent)"
            />
            Everybody may use it
          </label>
        )}
      </form>
    </Dialog>
  )
}
