import type { chatApi } from '@parley/contracts'
import { connectBus } from '@parley/messaging'
import { generateSigningJwk } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import { createTestDatabase, startTestNats, testRedisUrl } from '@parley/testing'
import { v7 as newId } from 'uuid'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'
import { drainConnections } from '../src/sockets/drain-connections.ts'
import { serveFakeApiKeys } from './fake-api-keys.ts'
import { startFakeAuth } from './fake-auth.ts'
import { startFakeChat } from './fake-chat.ts'
import { startFakeService } from './fake-service.ts'
import { openSocket, type SocketOptions } from './socket-client.ts'

/** Anything of tap's `t` that tidies up after a test. */
interface Teardown {
  teardown(work: () => Promise<unknown>): void
}

export interface WorldOptions {
  publicUrl?: string
  env?: Record<string, string>
}

export type World = Awaited<ReturnType<typeof startWorld>>
export type Gateway = Awaited<ReturnType<World['startGateway']>>

/** Real Postgres, NATS and Redis; the services behind the gateway are fakes that the test drives. */
export async function startWorld(t: Teardown, { publicUrl = 'http://parley.test', env = {} }: WorldOptions = {}) {
  const logger = createLogger({ name: 'test', level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const signing = await generateSigningJwk('gateway')
  const principalJwks = { keys: [signing.publicJwk] }
  const [database, nats, redisUrl, auth, chat, other] = await Promise.all([
    createTestDatabase('gateway'),
    startTestNats(),
    testRedisUrl(),
    startFakeAuth({ issuer: publicUrl, principalJwks }),
    startFakeChat(principalJwks),
    startFakeService(principalJwks),
  ])
  const bus = await connectBus({ url: nats.url, name: 'chat', logger })
  const apiKeys = serveFakeApiKeys(bus)
  const environment = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    REDIS_URL: redisUrl,
    PRINCIPAL_SIGNING_KEY: JSON.stringify(signing.privateJwk),
    PUBLIC_URL: publicUrl,
    AUTH_URL: auth.url,
    CHAT_URL: chat.url,
    AI_ROUTER_URL: other.url,
    USAGE_URL: other.url,
    BILLING_URL: other.url,
    NOTIFICATION_URL: other.url,
    ...env,
  }
  const closing: (() => Promise<unknown>)[] = []

  t.teardown(async () => {
    for (const close of closing) await close()
    await apiKeys.stop()
    await bus.close()
    await Promise.all([auth.close(), chat.close(), other.close(), nats.stop()])
    await database.drop()
  })

  return {
    ...{ database, nats, auth, apiKeys, chat, other, bus, environment, publicUrl },

    /** One replica inside this process. */
    async startGateway(more: Record<string, string> = {}) {
      const deps = await openDeps(readConfig({ ...environment, ...more }), logger)
      const app = await buildApp(deps)
      const url = await app.listen({ host: '127.0.0.1', port: 0 })
      const close = once(async () => {
        await drainConnections(deps.connections)
        await app.close()
        await deps.close()
      })
      closing.unshift(close)
      return {
        ...{ url, deps, app, close },
        fetch: (path: string, init?: RequestInit) => fetch(url + path, { redirect: 'manual', ...init }),
        /** A request with a body that is JSON, by a holder of this token. */
        send: (method: string, path: string, { token, body, headers }: SendOptions = {}) =>
          fetch(url + path, {
            method,
            headers: {
              ...(body !== undefined && { 'content-type': 'application/json' }),
              ...(token !== undefined && { authorization: `Bearer ${token}` }),
              ...headers,
            },
            body: body === undefined ? undefined : JSON.stringify(body),
          }),
        openSocket: (options: SocketOptions = {}) => openSocket(url, options),
      }
    },
  }
}

export interface SendOptions {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

export const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code

export const aTurn = (fields: Partial<chatApi.Turn> = {}): chatApi.Turn => ({
  id: newId(),
  status: 'running',
  conversationId: newId(),
  userMessageId: newId(),
  assistantMessageId: newId(),
  text: '',
  seq: 0,
  ...fields,
})

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
