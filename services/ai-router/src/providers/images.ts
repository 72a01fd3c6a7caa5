import type { Image } from './provider.ts'
import { ProviderError } from './provider-error.ts'

/** A picture that came with the request itself. */
export interface InlineImage {
  /** `image/png`, … */
  mediaType: string
  /** Base64. */
  data: string
}

const DATA_URL_HEAD = /^data:(image\/[a-z0-9.+-]+);base64,/i
const HEAD_CHARACTERS = 100

/**
 * The picture in a `data:` URL; undefined for an address on the web, which is the vendor's to fetch. Throws `invalid` for
 * anything else: nobody here fetches addresses for a caller.
 */
export function inlineImage({ url }: Image): InlineImage | undefined {
  const head = DATA_URL_HEAD.exec(url.slice(0, HEAD_CHARACTERS))
  if (head?.[1]) return { mediaType: head[1].toLowerCase(), data: url.slice(head[0].length) }
  if (/^https?:\/\//i.test(url)) return undefined
  throw new ProviderError('invalid', 'an image needs an http address or a data: URL in base64')
}
