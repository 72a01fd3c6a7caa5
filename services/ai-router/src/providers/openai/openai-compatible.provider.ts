import type { Provider, ProviderSettings } from '../provider.ts'
import { createOpenaiProvider } from './openai.provider.ts'
import { dialectOf } from './openai-dialects.ts'

/** Any endpoint that speaks OpenAI's chat completions: a record with a base URL, with or without a key. */
export const createOpenaiCompatibleProvider = (settings: ProviderSettings): Provider =>
  createOpenaiProvider(settings, dialectOf(settings.baseUrl))
