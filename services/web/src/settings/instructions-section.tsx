import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { http, queryClient } from '../api/client.ts'
import { Section } from '../app/page-frame.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Textarea } from '../design/input.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { showNotice } from '../design/toast.tsx'

interface Instructions {
  text: string | null
}

const KEY = ['instructions']
const MAX_CHARACTERS = 8000
const read = ({ signal }: { signal: AbortSignal }) => http.request<Instructions>('GET', '/instructions', { signal })
const write = (text: string | null) => http.request<Instructions>('PUT', '/instructions', { body: { text } })

/** What every answer heeds, in all chats. */
export function InstructionsSection() {
  const instructions = useQuery({ queryKey: KEY, queryFn: read })
  return (
    <Section title="Instructions" lead="What every answer should heed, in all chats. One chat can have its own besides.">
      {instructions.isPending && <Skeleton className="h-36 max-w-xl rounded-xl" />}
      {instructions.isError && <QueryProblem error={instructions.error} onRetry={() => void instructions.refetch()} />}
      {instructions.data && <InstructionsForm key={instructions.data.text} kept={instructions.data.text ?? ''} />}
    </Section>
  )
}

function InstructionsForm({ kept }: { kept: string }) {
  const [text, setText] = useState(kept)
  const { mutate, isPending, error } = useMutation({
    mutationFn: write,
    onSuccess: (_reply, next) => {
      queryClient.setQueryData<Instructions>(KEY, { text: next })
      showNotice('Saved')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate(text.trim() || null)
  }
  return (
    <form onSubmit={submit} className="grid max-w-xl gap-4">
      {error && <Alert>{error.message}</Alert>}
      <Field label="How should Parley answer?">
        <Textarea
          rows={5}
          value={text}
          maxLength={MAX_CHARACTERS}
          placeholder="For example: answer briefly. I am a nurse and know medical terms. Use metric units."
          onChange={(event) => setText(event.target.value)}
          className="resize-y"
        />
      </Field>
      <div>
        <Button type="submit" look="primary" isBusy={isPending} disabled={text.trim() === kept}>
          Save
        </Button>
      </div>
    </form>
  )
}
