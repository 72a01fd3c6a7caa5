import { useEffect, useState } from 'react'
import { showError } from './toast.tsx'

const SHOWN_MS = 1800

/** Copies a text; says for a moment that it did. */
export function useCopy(text: string): { isCopied: boolean; copy: () => void } {
  const [copied, setCopied] = useState<string | null>(null)
  useEffect(() => {
    if (copied === null) return
    const timer = setTimeout(() => setCopied(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    navigator.clipboard
      .writeText(text)
      .then(() => setCopied(text))
      .catch(() => showError('Your browser does not allow copying here.'))
  }
  return { isCopied: copied === text, copy }
}
