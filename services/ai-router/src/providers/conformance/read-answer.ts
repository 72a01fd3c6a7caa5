import type { Provider, ProviderRequest, StreamPart, VendorUsage } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'

/** What a reader got of a stream, and the error it ended with. */
export interface Read {
  parts: StreamPart[]
  text: string
  usage: VendorUsage
  error?: ProviderError
}

/** Reads a stream to its end, whatever that is. */
export async function readAll(
  provider: Provider,
  request: ProviderRequest,
  signal: AbortSignal = new AbortController().signal,
  onText?: (textSoFar: string) => void,
): Promise<Read> {
  const read: Read = { parts: [], text: '', usage: {} }
  try {
    await provider.stream(request, signal, (batch) => {
      for (const part of batch) {
        read.parts.push(part)
        if (part.type === 'usage') read.usage = { ...read.usage, ...given(part.usage) }
        if (part.type !== 'text') continue
        read.text += part.text
        onText?.(read.text)
      }
      return undefined
    })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    read.error = error
  }
  return read
}

export const isText = (part: StreamPart): boolean => part.type === 'text'

const given = (usage: VendorUsage): VendorUsage => Object.fromEntries(Object.entries(usage).filter(([, figure]) => figure !== undefined))
