import { randomBytes, randomUUID } from 'node:crypto'
import { fromJsonString } from '@bufbuild/protobuf'
import { type CallCompleted, CallCompletedSchema, type CompletionPart, CompletionPartSchema, events } from '@parley/contracts'
import type { Principal } from '@parley/principal'
import { type AnswerSource, type ProviderSimulator, scriptedAnswers, startProviderSimulator } from '@parley/simulators'
import { createLogger } from '@parley/telemetry'
import {
  aPrincipal,
  createTestDatabase,
  startTcpGate,
  startTestNats,
  startTestPrincipals,
  type TcpGate,
  type TestNats,
  waitFor,
} from '@parley/testing'
import type { Test } from 'tap'
import { v7 as newId } from 'uuid'
import { buildApp } from '../src/app.ts'
import type { Route } from '../src/catalogue/catalogue.ts'
import { readConfig } from '../src/config.ts'
import { type Deps, openDeps } from '../src/deps.ts'

export interface World {
  url: string
  deps: Deps
  simulator: ProviderSimulator
  /** Between the service and Postgres. */
  database: TcpGate
  nats: TestNats
  principal: Principal
  /** Facts about calls that were published so far. */
  published: CallCompleted[]
  /** Headers of a request on behalf of `principal`. */
  headers(principal?: Principal): Promise<Record<string, string>>
  /** Sends a completion; the answer is not read yet. */
  send(fields?: Partial<CompletionFields>, options?: SendOptions): Promise<Response>
  /** Sends a completion and reads it to its end. */
  complete(fields?: Partial<CompletionFields>, options?: SendOptions): Promise<Answer>
  /** Another replica, on the same database and NATS. */
  startReplica(env?: Record<string, string>): Promise<Replica>
  /** The call's row, once it has ended. */
  endedCall(callId: string): Promise<CallRow>
  /** The call's fact, once it is published. */
  fact(callId: string): Promise<CallCompleted>
}

export interface SendOptions {
  signal?: AbortSignal
  principal?: Principal
  /** Of the replica to ask, the first one by default. */
  url?: string
}

export interface Replica {
  url: string
  deps: Deps
  /** What it has written to its log. */
  log: string[]
}

export interface CompletionFields {
  callId: string
  turnId: string
  userId: string
  plan: string
  model: string
  system: string
  messages: { role: string; text: string }[]
  prefill: string
  maxOutputTokens: number
  purpose?: string
  fresh?: boolean
}

export interface Answer {
  callId: string
  parts: CompletionPart[]
  text: string
  last: CompletionPart['part']
}

export type CallRow = NonNullable<Awaited<ReturnType<Deps['prisma']['aiCall']['findUnique']>>>

/** The service in this process, with its own database and NATS, and the provider simulator in the vendors' place. */
export async function startWorld(
  t: Test,
  { env = {}, answer }: { env?: Record<string, string>; answer?: AnswerSource } = {},
): Promise<World> {
  const [database, nats, principals, simulator] = await Promise.all([
    createTestDatabase('ai-router'),
    startTestNats(),
    startTestPrincipals(),
    startProviderSimulator({ answer: answer ?? scriptedAnswers() }),
  ])
  const gate = await startTcpGate(database.url)
  const baseEnv = {
    NODE_ENV: 'test',
    // Tests share the machine with others: a late event loop says nothing about the service.
    MAX_EVENT_LOOP_DELAY_MS: '60000',
    DATABASE_URL: gate.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    PROVIDER_KEY_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
    OPENAI_BASE_URL: simulator.openaiUrl,
    OPENAI_SIMULATED: 'true',
    ANTHROPIC_BASE_URL: simulator.anthropicUrl,
    ANTHROPIC_SIMULATED: 'true',
    ...env,
  }
  const replicas: (Replica & { stop(): Promise<void> })[] = []
  const startReplica = async (more: Record<string, string> = {}): Promise<Replica> => {
    const log: string[] = []
    const level = process.env.LOG_LEVEL ?? 'debug'
    const destination = { write: (line: string) => void (process.env.LOG_LEVEL ? process.stdout.write(line) : log.push(line)) }
    const logger = createLogger({ name: 'ai-router', level, destination })
    const deps = await openDeps(readConfig({ ...baseEnv, ...more }), logger)
    const app = await buildApp(deps)
    const stop = async () => {
      await deps.running.drain(0)
      // Node waits for connections on which a client has not asked anything yet, as one may have been opened in reserve.
      app.server.closeAllConnections()
      await app.close()
      await deps.close()
    }
    const replica = { url: await app.listen({ host: '127.0.0.1', port: 0 }), deps, log, stop }
    replicas.push(replica)
    return replica
  }
  const { url, deps } = await startReplica()
  const published: CallCompleted[] = []
  const stopListening = deps.bus.subscribeLive(events.callCompleted.subject, (bytes) => {
    published.push(fromJsonString(CallCompletedSchema, new TextDecoder().decode(bytes)))
  })
  t.teardown(async () => {
    stopListening()
    gate.open()
    await simulator.close()
    for (const replica of replicas) await replica.stop()
    await Promise.all([nats.stop(), gate.close()])
    await database.drop()
  })

  const principal = aPrincipal()
  const headers = async (who: Principal = principal) => ({ 'x-parley-principal': await principals.chatSigner.sign(who) })
  const send: World['send'] = async (fields, { signal, principal: who = principal, url: to = url } = {}) =>
    fetch(`${to}/internal/completions`, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json', ...(await headers(who)) },
      body: JSON.stringify({ ...aRequest(who), ...fields }),
    })
  return {
    url,
    deps,
    simulator,
    database: gate,
    nats,
    principal,
    published,
    headers,
    send,
    startReplica,
    async complete(fields = {}, options = {}) {
      const callId = fields.callId ?? newId()
      const response = await send({ ...fields, callId }, options)
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      return { callId, ...readParts(await response.text()) }
    },
    endedCall: (callId) =>
      waitFor(`the end of call ${callId}`, () => deps.prisma.aiCall.findFirst({ where: { id: callId, outcome: { not: 'running' } } })),
    fact: (callId) => waitFor(`the fact of call ${callId}`, () => published.find((event) => event.callId === callId)),
  }
}

export const aRequest = ({ userId, plan }: Principal): CompletionFields => ({
  callId: newId(),
  turnId: newId(),
  userId,
  plan,
  model: 'auto',
  system: 'You are Parley.',
  messages: [{ role: 'ROLE_USER', text: `What is Parley? (${randomUUID()})` }],
  prefill: '',
  maxOutputTokens: 0,
})

/** The parts of an answer's lines. */
export function readParts(lines: string): Omit<Answer, 'callId'> {
  const parts = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => fromJsonString(CompletionPartSchema, line))
  const text = parts.map(({ part }) => (part.case === 'text' ? part.value.delta : '')).join('')
  return { parts, text, last: parts.at(-1)?.part ?? { case: undefined } }
}

/** What the caller was told on the way to the answer. */
export const statusesOf = ({ parts }: Pick<Answer, 'parts'>) => parts.flatMap(({ part }) => (part.case === 'status' ? [part.value] : []))

/** The kinds of the parts, each once in a row. */
export const kindsOf = ({ parts }: Pick<Answer, 'parts'>) =>
  parts.map(({ part }) => part.case).filter((kind, index, all) => kind !== all[index - 1])

/** Makes every route of a replica another one. */
export function changeRoutes({ deps: { catalogue } }: Pick<Replica, 'deps'>, change: Partial<Omit<Route, 'targets'>>): void {
  const current = catalogue.current
  catalogue.current = () => {
    const whole = current()
    return {
      ...whole,
      targetsFor(...asked) {
        const found = whole.targetsFor(...asked)
        return found.kind === 'found' ? { ...found, ...change } : found
      },
    }
  }
}

/** A message that makes the scripted simulator do something. */
export const says = (text: string) => ({ messages: [{ role: 'ROLE_USER', text }] })

/** Resolves when the first text of an answer has arrived; `rest` reads what follows, to the end. */
export async function firstText(response: Response): Promise<{ rest(): Promise<Omit<Answer, 'callId'>> }> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let lines = ''
  const readMore = async () => {
    const { done, value } = await reader.read()
    lines += decoder.decode(value, { stream: !done })
    return !done
  }
  while (!lines.includes('"text"')) if (!(await readMore())) throw new Error(`ended without a text: ${lines}`)
  return {
    async rest() {
      while (await readMore());
      return readParts(lines)
    },
  }
}
