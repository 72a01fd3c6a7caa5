/** One error type for the whole platform: what the user may read, what the log needs, and how both travel. */

export { AppError, type AppErrorDetails, type ErrorIssue, type ErrorKind, httpStatus, isAppError, kindOfStatus } from './app-error.ts'
export { defineErrors, type ErrorCatalogue, type ErrorCatalogueEntry, type ErrorDefinition, type ErrorOptions } from './catalogue.ts'
export { commonErrors } from './common-errors.ts'
export { type OpenAiError, toOpenAiError } from './openai-error.ts'
export { type Problem, problemFromResponse, toProblem } from './problem.ts'
export { decodeRpcError, encodeRpcError } from './rpc.ts'
export { isUnavailable } from './unavailable.ts'
