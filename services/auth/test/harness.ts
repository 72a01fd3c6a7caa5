import { EmailPurpose, requests } from '@parley/contracts'
import { openPool } from '@parley/database'
import { call, connectBus } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { aUser, createTestDatabase, startTestNats, startTestPrincipals } from '@parley/testing'
import { v7 as newId } from 'uuid'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'
import type { GrantReply } from '../src/sessions/grant-reply.ts'
import { recordEvents } from './recorded-events.ts'

export const PUBLIC_URL = 'https://parley.test'
export const secrets = { PASSWORD_PEPPER: 'the pepper of one test world', KEY_ENCRYPTION_KEY: 'the key of one test world' }

interface Call {
  body?: unknown
  /** Whose access token the gateway saw. */
  as?: { user: { id: string; role?: 'user' | 'admin'; plan?: 'free' | 'pro' }; sessionId: string }
  /** The client's address. */
  from?: string
  userAgent?: string
}

/** The auth service on a database and a NATS server of its own, with a gateway's view of it and an ear on its events. */
export async function startAuth(environment: Record<string, string> = {}) {
  const [database, nats, principals] = await Promise.all([createTestDatabase('auth'), startTestNats(), startTestPrincipals()])
  const logger = createLogger({ name: 'auth', level: 'silent' })
  const outside = await connectBus({ url: nats.url, name: 'outside', logger })
  const events = recordEvents(outside)
  const settings = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    PUBLIC_URL,
    BCRYPT_COST: '4',
    ...secrets,
    ...environment,
  }
  const deps = await openDeps(readConfig(settings), logger)
  const app = await buildApp(deps)
  const owner = openPool({ url: database.ownerUrl, applicationName: 'test' })

  async function ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    { body, as, from = anAddress(), userAgent = 'a browser' }: Call = {},
  ) {
    const principal = as
      ? await principals.header({ userId: as.user.id, role: as.user.role ?? 'user', plan: as.user.plan ?? 'free', sessionId: as.sessionId })
      : {}
    const headers = { 'x-parley-client-ip': from, 'x-parley-user-agent': userAgent, ...principal }
    const response = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body as object }) })
    const text = response.body
    return { status: response.statusCode, headers: response.headers, text, body: text === '' ? null : response.json() }
  }

  async function mailToken(userId: string, purpose: EmailPurpose): Promise<string> {
    const { token } = await call(outside, requests.issueEmailToken, { userId, purpose }, { timeoutMs: 5_000 })
    return token
  }

  return {
    ...{ app, deps, settings, database, nats, outside, events, principals, ask, mailToken },

    /** Rows as the owner of the database sees them; for tests that look behind the scenes or turn the clock. */
    async sql<Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
      return (await owner.query<Row>(text, values)).rows
    },

    /** Registers and leaves the address unconfirmed. */
    async register(person = aUser()) {
      const { email, password, name } = person
      await ask('POST', '/api/v1/auth/register', { body: { email, password, name } })
      const [row] = await this.sql<{ id: string }>('SELECT id FROM user_account WHERE email = $1', [email.toLowerCase()])
      if (!row) throw new Error('the account was not made')
      return { ...person, id: row.id }
    },

    /** Registers and confirms the address. */
    async signUp(person = aUser()) {
      const registered = await this.register(person)
      const token = await mailToken(registered.id, EmailPurpose.VERIFY_ADDRESS)
      const grant = (await ask('POST', '/api/v1/auth/verify-email', { body: { token } })).body as GrantReply
      return { ...registered, ...withSession(grant) }
    },

    async logIn({ email, password }: { email: string; password: string }, from?: string) {
      const { status, body } = await ask('POST', '/api/v1/auth/login', { body: { email, password }, from })
      if (status !== 200) throw new Error(`log-in answered ${status}: ${JSON.stringify(body)}`)
      return withSession(body as GrantReply)
    },

    async close() {
      await deps.drain()
      await app.close()
      await deps.close()
      await Promise.all([outside.close(), owner.end()])
      await nats.stop()
      await database.drop()
    },
  }
}

export type World = Awaited<ReturnType<typeof startAuth>>

/** The claims of a token nobody has verified. */
export function claimsOf(accessToken: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}

const withSession = (grant: GrantReply) => ({ ...grant, sessionId: String(claimsOf(grant.accessToken).sid) })

/** An address nobody else in the test run has; tests must not share attempt windows. */
export function anAddress(): string {
  const [, , , , a = 0, b = 0] = [...Buffer.from(newId().replaceAll('-', ''), 'hex')].toReversed()
  return `2001:db8:${a.toString(16)}${b.toString(16).padStart(2, '0')}:${Math.floor(Math.random() * 65_536).toString(16)}::1`
}
