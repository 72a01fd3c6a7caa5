import { useQuery } from '@tanstack/react-query'
import { listModels, type Model } from './chat-api.ts'
import { keys } from './query-keys.ts'

export const useModels = () => useQuery({ queryKey: keys.models, queryFn: ({ signal }) => listModels(signal), staleTime: 5 * 60_000 })

/** The model to use: what was chosen if it still may be used, else the server's default. */
export function usableModel(models: readonly Model[], chosen: string | null, plan: 'free' | 'pro' | 'admin'): Model | undefined {
  const usable = models.filter((model) => model.available && mayUse(model, plan))
  return usable.find(({ id }) => id === chosen) ?? usable.find(({ isDefault }) => isDefault) ?? usable[0]
}

export const mayUse = (model: Model, plan: 'free' | 'pro' | 'admin'): boolean => model.plan === 'free' || plan !== 'free'
