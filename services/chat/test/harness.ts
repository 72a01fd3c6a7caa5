import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import { openPool } from '@parley/database'
import { connectBus } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import { aPrincipal, createTestDatabase, startServiceProcess, startTestNats, startTestPrincipals, waitFor } from '@parley/testing'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'
import type { Clocks } from '../src/turns/clocks.ts'
import { startFakeAiRouter } from './fake-ai-router.ts'
import { startFakeUsage } from './fake-usage.ts'
import { followTurn } from './followed-turn.ts'

/** Anything of tap's `t` that tidies up after a test. */
interface Teardown {
  teardown(work: () => Promise<unknown>): void
}

export interface Answer<Body = unknown> {
  status: number
  headers: Record<string, unknown>
  body: Body
}

/** Fast enough not to wait for, slow enough not to lose a lease to a busy machine. */
const testClocks: Clocks = { leaseMs: 1_500, snapshotMs: 50, takeOverMs: 50, waitingAfterMs: 10_000, callRetryMs: 10, giveUpAfterMs: 300 }

/** Real Postgres and NATS; the ai-router and usage are fakes that the test drives. `settings`: environment of every replica. */
export async function startWorld(t: Teardown, settings: Record<string, string> = {}) {
  const logger = createLogger({ name: 'test', level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const [database, nats, principals, aiRouter] = await Promise.all([
    createTestDatabase('chat'),
    startTestNats(),
    startTestPrincipals(),
    startFakeAiRouter(),
  ])
  const usage = await startFakeUsage(nats.url, logger)
  const bus = await connectBus({ url: nats.url, name: 'reader', logger })
  const pool = openPool({ url: database.ownerUrl, applicationName: 'test' })
  const environment = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    AI_ROUTER_URL: aiRouter.url,
    PUBLIC_URL: 'https://parley.test',
    PRINCIPAL_JWKS: principals.jwksJson,
    PRINCIPAL_SIGNING_KEY: principals.chatSigningKeyJson,
    // Tests of one user's many turns are about something else.
    TURNS_PER_USER_FREE: '100',
    // So are those on a machine that has other things to do.
    SHED_TURNS_AFTER_MS: '60000',
    // The script of the fake ai-router then sees the turns' calls alone.
    TITLES: 'false',
    SUMMARIES: 'false',
    ...settings,
  }
  const closing: (() => Promise<unknown>)[] = []

  t.teardown(async () => {
    for (const close of closing) await close()
    await usage.close()
    await bus.close()
    await pool.end()
    await aiRouter.close()
    await nats.stop()
    await database.drop()
  })

  return {
    ...{ database, nats, aiRouter, usage, bus, logger },

    /** A replica inside this process. */
    async startChat(clocks: Partial<Clocks> = {}) {
      const deps = await openDeps(readConfig(environment), logger, { ...testClocks, ...clocks })
      const app = await buildApp(deps)
      const close = once(async () => {
        await app.close()
        await deps.close()
      })
      closing.unshift(close)
      return { deps, close, ...clientOf(app, principals.header) }
    },

    /** A replica that can be killed. */
    async startChatProcess(more: Record<string, string> = {}) {
      const service = await startServiceProcess('chat', { ...environment, LEASE_MS: '1500', LOG_LEVEL: 'warn', ...more })
      closing.unshift(() => service.kill())
      const call = async <Body = { turnId: string; conversationId: string }>(
        method: string,
        path: string,
        user: Principal,
        body?: unknown,
      ) => {
        const headers = { ...(await principals.header(user)), ...(body !== undefined && { 'content-type': 'application/json' }) }
        const response = await fetch(`${service.url}${path}`, { method, headers, body: JSON.stringify(body) })
        return { status: response.status, body: (await response.json()) as Body }
      }
      return { ...service, call }
    },

    follow: (turnId: string) => followTurn(bus, turnId),

    async query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
      return (await pool.query(sql, values)).rows as Row[]
    },

    /** The events of a turn, as they were written into the outbox. */
    async eventsOf(turnId: string): Promise<{ subject: string; payload: Record<string, unknown> }[]> {
      const { rows } = await pool.query('SELECT subject, payload FROM messaging.outbox WHERE aggregate_id = $1 ORDER BY id', [turnId])
      return rows as { subject: string; payload: Record<string, unknown> }[]
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>
export type Chat = Awaited<ReturnType<World['startChat']>>

export const aUser = (): Principal => aPrincipal()

type App = Awaited<ReturnType<typeof buildApp>>
type Header = (principal: Principal) => Promise<Record<string, string>>

function clientOf(app: App, header: Header) {
  async function call<Body = unknown>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, user: Principal, body?: object) {
    const response = await app.inject({ method, url, headers: await header(user), ...(body && { payload: body }) })
    const { statusCode: status, headers } = response
    return { status, headers, body: (response.body === '' ? null : response.json()) as Body } satisfies Answer<Body>
  }

  return {
    call,

    /** A request of somebody who is not logged in. */
    async anonymous<Body = unknown>(url: string): Promise<Answer<Body>> {
      const response = await app.inject({ method: 'GET', url })
      return { status: response.statusCode, headers: response.headers, body: response.json() }
    },

    /** A file, whatever its type. */
    async download(url: string, user: Principal) {
      const { statusCode: status, headers, body: text } = await app.inject({ method: 'GET', url, headers: await header(user) })
      return { status, headers, text }
    },

    /** Sends a question; `conversationId` null makes a conversation. */
    ask(user: Principal, question: { id?: string; text?: string; conversationId?: string | null; parentId?: string; model?: string } = {}) {
      const body = { id: randomUUID(), text: 'What is Parley?', conversationId: null, ...question }
      return call<Accepted>('POST', '/internal/turns', user, body)
    },

    async turn(user: Principal, id: string, afterSeq = 0): Promise<chatApi.Turn> {
      return (await call<{ turn: chatApi.Turn }>('GET', `/api/v1/turns/${id}?afterSeq=${afterSeq}`, user)).body.turn
    },

    async messages(user: Principal, conversationId: string): Promise<chatApi.ChatMessage[]> {
      const { body } = await call<{ items: chatApi.ChatMessage[] }>('GET', `/api/v1/conversations/${conversationId}/messages`, user)
      return body.items
    },

    /** The turn once it has ended. */
    ended(user: Principal, id: string): Promise<chatApi.Turn> {
      return waitFor('the end of the turn', async () => {
        const turn = await this.turn(user, id)
        return turn.status !== 'running' && turn
      })
    },
  }
}

export interface Accepted {
  turnId: string
  conversationId: string
  userMessageId: string
  assistantMessageId: string
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
