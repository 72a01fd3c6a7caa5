import { Check, Copy } from 'lucide-react'
import { IconButton } from './icon-button.tsx'
import { useCopy } from './use-copy.ts'

interface CopyButtonProps {
  text: string
  label: string
}

export function CopyButton({ text, label }: CopyButtonProps) {
  const { isCopied, copy } = useCopy(text)
  return (
    <IconButton label={isCopied ? 'Copied' : label} size="small" onClick={copy}>
      {isCopied ? <Check className="text-success" aria-hidden="true" /> : <Copy aria-hidden="true" />}
    </IconButton>
  )
}
