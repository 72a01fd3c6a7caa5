import { once } from 'node:events'
import { fromJson } from '@bufbuild/protobuf'
import { type CompletionPart, CompletionPartSchema, completionLink, type LinkReplyJson } from '@parley/contracts'
import { decodeRpcError } from '@parley/errors'
import { WebSocket } from 'ws'
import { type Answer, aRequest, type CompletionFields, type World } from './harness.ts'

export interface LinkAnswer extends Omit<Answer, 'callId'> {
  /** `finished` and `failed` end an answer, too: they are its last part. */
  end: 'whole' | 'cut' | { refused: string }
}

/** The other end of a completion link, as chat holds it. */
export async function openLink(world: Pick<World, 'url' | 'headers' | 'principal'>) {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}${completionLink.path}`)
  const answers = new Map<number, { parts: CompletionPart[]; resolve: (end: LinkAnswer['end']) => void }>()
  const states: LinkReplyJson[] = []
  /** Calls in the order in which something was said of them. */
  const spoken: number[] = []
  let lastNumber = 0

  socket.on('message', (data) => {
    const reply = JSON.parse(String(data)) as LinkReplyJson
    if (!reply.items) states.push(reply)
    for (const { call = 0, part, refused, cut } of reply.items ?? []) {
      const answer = answers.get(call)
      spoken.push(call)
      if (part) answer?.parts.push(fromJson(CompletionPartSchema, part))
      if (refused) answer?.resolve({ refused: decodeRpcError(refused).code })
      else if (cut) answer?.resolve('cut')
      else if (part?.finished || part?.failed) answer?.resolve('whole')
    }
  })
  await once(socket, 'message')

  return {
    socket,
    states,
    spoken,
    send: (request: unknown) => socket.send(typeof request === 'string' ? request : JSON.stringify(request)),
    /** Makes one call; its number is known at once, its answer later. */
    async ask(
      fields: Partial<CompletionFields> = {},
      { principal = world.principal, ...more }: { principal?: World['principal']; traceparent?: string } = {},
    ) {
      const number = ++lastNumber
      const parts: CompletionPart[] = []
      const ended = Promise.withResolvers<LinkAnswer['end']>()
      answers.set(number, { parts, resolve: ended.resolve })
      const { 'x-parley-principal': token } = await world.headers(principal)
      socket.send(JSON.stringify({ call: { number, request: { ...aRequest(world.principal), ...fields }, principal: token, ...more } }))
      const answer = ended.promise.then((end): LinkAnswer => {
        const text = parts.map(({ part }) => (part.case === 'text' ? part.value.delta : '')).join('')
        return { end, parts, text, last: parts.at(-1)?.part ?? { case: undefined } }
      })
      return { number, parts, answer }
    },
    abort: (number: number) => socket.send(JSON.stringify({ abort: number })),
  }
}
