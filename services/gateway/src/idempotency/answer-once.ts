import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { commonErrors } from '@parley/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { v7 as newId } from 'uuid'
import { errors } from '../errors.ts'
import type { Forward } from '../forwarding/forward.ts'
import type { UpstreamName } from '../forwarding/upstreams.ts'
import { requireIdentity } from '../identity/identify.ts'
import type { Claim, ClaimKey, IdempotentAnswerStore, StoredAnswer } from './idempotent-answers.store.ts'

/** A claim that is not renewed for `CLAIM_LEASE_S` (idempotent-answers.store.ts) belonged to a replica that is gone. */
const RENEW_MS = 2_500
/** Longer than such a claim holds: who repeats a request when its connection broke gets its answer, and no conflict with himself. */
const WAIT_MS = 12_000
/** Between two looks, from the first on: most answers come at once, and who waits long is not to burden the database. */
const LOOK_AGAIN_MS = { first: 50, longest: 1_000 }

const KEY = /^[\x21-\x7e]{1,255}$/

export const hasIdempotencyKey = ({ headers }: FastifyRequest): boolean => headers['idempotency-key'] !== undefined

export type AnswerOnce = (request: FastifyRequest, reply: FastifyReply, upstream: UpstreamName) => Promise<FastifyReply>

/**
 * Forwards a write that carries an Idempotency-Key at most once: for 24 h the same user's same request gets the first
 * answer, another request under the same key a 409. A request that comes while the first is being worked on waits for its
 * answer. Only successes are kept; a refusal may be tried again.
 */
export function createAnswerOnce({ store, forward }: { store: IdempotentAnswerStore; forward: Forward }): AnswerOnce {
  async function claimInTime(claim: ClaimKey, request: FastifyRequest): Promise<Claim> {
    const hash = hashOf(request)
    const endsAtMs = performance.now() + WAIT_MS
    for (let pauseMs = LOOK_AGAIN_MS.first; ; pauseMs = Math.min(2 * pauseMs, LOOK_AGAIN_MS.longest)) {
      const known = await store.claim(claim, hash)
      if (known.outcome !== 'in_progress' || performance.now() > endsAtMs || request.raw.socket.destroyed) return known
      await delay(pauseMs)
    }
  }

  return async (request, reply, upstream) => {
    const { principal } = requireIdentity(request)
    const claim = { userId: principal.userId, key: keyOf(request), claimId: newId() }
    const known = await claimInTime(claim, request)
    if (known.outcome === 'other_request') throw errors.idempotency_conflict()
    if (known.outcome === 'in_progress') throw errors.request_in_progress({ retryAfterS: 1 })
    if (known.outcome === 'stored') return repeat(reply, known.answer)
    const renewal = setInterval(() => void store.renew(claim).catch(() => undefined), RENEW_MS)
    reply.raw.once('close', () => clearInterval(renewal))

    const release = () =>
      store
        .release(claim)
        .catch((error: unknown) => request.log.warn({ err: error }, 'an idempotency key is free again only when its claim has lapsed'))
    return forward(request, reply, {
      upstream,
      onFailure: release,
      onAnswer: async ({ status, contentType = null, body }, answering) => {
        if (status >= 200 && status < 300) await keep({ status, contentType, body })
        else await release()
        return answering.send(body.length > 0 ? body : undefined)
      },
    })

    /** The write has happened: the client is told so, whether or not the answer can be kept. */
    async function keep(answer: StoredAnswer): Promise<void> {
      await store
        .complete(claim, answer)
        .catch((error: unknown) => request.log.error({ err: error }, 'the answer to a write could not be kept'))
    }
  }
}

function keyOf({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key']
  if (typeof key === 'string' && KEY.test(key)) return key
  throw commonErrors.invalid_request({ errors: [{ path: 'Idempotency-Key', message: 'needs 1 to 255 visible ASCII characters' }] })
}

function hashOf({ method, url, body }: FastifyRequest): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256').update(`${method} ${url}\n`)
  if (Buffer.isBuffer(body)) hash.update(body)
  return new Uint8Array(hash.digest())
}

function repeat(reply: FastifyReply, { status, contentType, body }: StoredAnswer): FastifyReply {
  void reply.code(status).header('idempotent-replayed', 'true')
  if (contentType !== null) void reply.header('content-type', contentType)
  return reply.send(body.length > 0 ? Buffer.from(body) : undefined)
}
