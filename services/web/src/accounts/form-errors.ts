import type { FieldValues, Path, UseFormSetError } from 'react-hook-form'
import { isApiError } from '../api/api-error.ts'

/** Puts what the server refused where it belongs: at its field, else over the whole form. */
export function showFormError<T extends FieldValues>(
  error: unknown,
  fields: readonly Path<T>[],
  setError: UseFormSetError<T>,
  /** Codes that are about one field. */
  codes: Record<string, Path<T>> = {},
): void {
  if (!isApiError(error)) throw error
  const fieldOfCode = codes[error.code]
  if (fieldOfCode) {
    setError(fieldOfCode, { message: error.message }, { shouldFocus: true })
    return
  }
  let isPlaced = false
  for (const { path, message } of error.fields) {
    const field = fields.find((name) => path === name || path.endsWith(`/${name}`) || path.endsWith(`.${name}`))
    if (!field) continue
    setError(field, { message: sentence(message) })
    isPlaced = true
  }
  if (!isPlaced) setError('root', { type: error.code, message: withPatience(error.message, error.retryAfterS) })
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')

function withPatience(message: string, retryAfterS: number | null): string {
  if (!retryAfterS || retryAfterS < 60) return message
  const minutes = Math.ceil(retryAfterS / 60)
  return `${message.replace(/\.$/, '')} (${minutes === 1 ? 'about a minute' : `about ${minutes} minutes`}).`
}
