import type { Model } from '../catalogue/catalogue.ts'

/** A model at its provider: what breakers, limits and measured times belong to. */
export type Target = Pick<Model, 'id' | 'provider'>

export const keyOf = ({ provider, id }: Target): string => `${provider}/${id}`
