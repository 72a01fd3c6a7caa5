import { AppError, commonErrors } from '@parley/errors'
import type { CompletionFailure } from '../completions/completion-failure.ts'
import { errors } from '../errors.ts'

const kinds = new Map([...commonErrors.catalogue, ...errors.catalogue].map(({ code, kind }) => [code, kind]))

/** A completion's failure as the error of a request. */
export const errorOf = ({ code, message, retryAfterMs }: CompletionFailure): AppError =>
  new AppError({
    code,
    kind: kinds.get(code) ?? 'unavailable',
    publicMessage: message,
    ...(retryAfterMs > 0n && { retryAfterS: Math.ceil(Number(retryAfterMs) / 1000) }),
  })
