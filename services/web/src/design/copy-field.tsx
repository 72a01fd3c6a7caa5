import { Check, Copy } from 'lucide-react'
import { Button } from './button.tsx'
import { Input } from './input.tsx'
import { useCopy } from './use-copy.ts'

interface CopyFieldProps {
  text: string
  label: string
  isCode?: boolean
}

/** A text to take along: it can be seen, selected and copied. */
export function CopyField({ text, label, isCode = false }: CopyFieldProps) {
  const { isCopied, copy } = useCopy(text)
  return (
    <div className="flex flex-wrap gap-2">
      <Input
        readOnly
        value={text}
        aria-label={label}
        onFocus={(event) => event.target.select()}
        className={`min-w-0 flex-1 basis-56 bg-hover! ${isCode ? 'font-mono' : ''}`}
      />
      <Button look="primary" className="h-11!" onClick={copy}>
        {isCopied ? <Check className="size-4" aria-hidden="true" /> : <Copy className="size-4" aria-hidden="true" />}
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
