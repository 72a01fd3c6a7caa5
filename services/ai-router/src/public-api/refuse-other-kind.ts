import { commonErrors } from '@parley/errors'
import type { Catalogue, Model } from '../catalogue/catalogue.ts'

const advice: Readonly<Record<Model['kind'], string>> = {
  chat: 'is a model for /v1/chat/completions and makes no embeddings',
  embedding: 'is a model for /v1/embeddings and answers no chat',
}

/** A model of the other kind is not unknown, and its caller is told so. Throws `invalid_request`. */
export function refuseOtherKind(catalogue: Pick<Catalogue, 'kindOf'>, wanted: string, needed: Model['kind']): void {
  const kind = catalogue.kindOf(wanted)
  if (kind && kind !== needed) throw commonErrors.invalid_request({ errors: [{ path: 'model', message: advice[kind] }] })
}
