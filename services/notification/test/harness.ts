import { randomUUID } from 'node:crypto'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { type EmailPurpose, type EmailPurposeJson, events, liveUserSubject, requests } from '@parley/contracts'
import { openPool } from '@parley/database'
import { commonErrors } from '@parley/errors'
import { type Bus, connectBus, serve } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import { type MailInboxOptions, startMailInbox } from '@parley/simulators'
import { createLogger } from '@parley/telemetry'
import { createTestDatabase, startTestNats, startTestPrincipals, waitFor } from '@parley/testing'
import { headers } from 'nats'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'

/** Anything of tap's `t` that tidies up after a test. */
interface Teardown {
  teardown(work: () => Promise<unknown>): void
}

const consumers = [
  'notification-user-registered',
  'notification-user-verified',
  'notification-email-requested',
  'notification-quota-reached',
  'notification-spend-reached',
  'notification-cost-exceeded',
]

export const PUBLIC_URL = 'https://chat.example.com'

/** What the fake auth knows of a person, and what it was asked. */
export interface Person {
  userId: string
  email: string
  name: string
}

/** Real Postgres and NATS and a mail inbox; auth is a fake on the bus. The service runs inside this process. */
export async function startWorld(
  t: Teardown,
  { settings = {}, inboxOptions = {} }: { settings?: Record<string, string>; inboxOptions?: MailInboxOptions } = {},
) {
  const logger = createLogger({ name: 'test', level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const [database, nats, principals, inbox] = await Promise.all([
    createTestDatabase('notification'),
    startTestNats(),
    startTestPrincipals(),
    startMailInbox(inboxOptions),
  ])
  const pool = openPool({ url: database.ownerUrl, applicationName: 'test' })
  const bus = await connectBus({ url: nats.url, name: 'auth', logger })
  const auth = createFakeAuth(bus, logger)
  const config = readConfig({
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    PUBLIC_URL,
    SMTP_URL: inbox.smtpUrl,
    MAIL_FROM: 'Parley <hello@parley.example>',
    MAIL_RETRY_LONGEST_S: '1',
    ...settings,
  })
  const replicas: (() => Promise<void>)[] = []
  const startReplica = async () => {
    const deps = await openDeps(config, logger)
    const app = await buildApp(deps)
    replicas.push(async () => {
      await deps.drain()
      await app.close()
      await deps.close()
    })
    return app
  }
  const app = await startReplica()

  t.teardown(async () => {
    await Promise.all(replicas.map((close) => close()))
    await auth.stop()
    await bus.close()
    await pool.end()
    await Promise.all([nats.stop(), inbox.close(), database.drop()])
  })

  /** Publishes as the outbox relay of auth does. */
  async function publish(subject: string, message: object): Promise<void> {
    const fields = headers()
    fields.set('Nats-Msg-Id', randomUUID())
    await bus.jetstream.publish(subject, JSON.stringify(message), { headers: fields })
  }

  return {
    ...{ inbox, auth, bus, pool, startReplica },

    registered: ({ userId }: Person, { isVerified = false } = {}) =>
      publish(events.userRegistered.subject, { userId, emailVerified: isVerified }),
    verified: ({ userId }: Person) => publish(events.userVerified.subject, { userId }),
    emailRequested: ({ userId }: Person, purpose: EmailPurposeJson) => publish(events.emailRequested.subject, { userId, purpose }),

    quotaReached: ({ userId }: Person, percent: number) => publish(events.quotaReached.subject, { userId, percent }),
    /** Nobody's: the platform's cap. */
    spendReached: (person: Person | null, percent: number) =>
      publish(events.spendReached.subject, { ...(person && { userId: person.userId }), period: 'month', percent }),

    /** A model call that cost so many micro-USD, of 0.5 USD that are expected at most. */
    costExceeded: (costMicroUsd: number, model = 'gpt-dear') =>
      publish(events.costExceeded.subject, {
        ...{ callId: randomUUID(), turnId: randomUUID(), userId: randomUUID(), model, provider: 'openai' },
        ...{ costMicroUsd: String(costMicroUsd), thresholdMicroUsd: '500000', occurredAt: new Date().toISOString() },
      }),

    /** Rows of the queue, oldest first. */
    async mails(): Promise<{ id: string; kind: string; status: string; attempts: number; last_error: string | null; row: string }[]> {
      const { rows } = await pool.query('SELECT id, kind, status, attempts, last_error, mail::text AS row FROM mail ORDER BY id')
      return rows
    },

    /** Everything ever published is delivered once more, as after a lost acknowledgement. */
    redeliverAll: () => Promise.all(consumers.map((name) => bus.manager.consumers.delete('EVENTS', name))),

    /** How often the consumer as it is now was given an event. */
    deliveries: async (name: string) => (await bus.manager.consumers.info('EVENTS', name)).delivered.consumer_seq,

    /** Waits until a try has failed with a code that begins like this. */
    untilTried: (code: string) =>
      waitFor(
        `a try that ends in ${code}`,
        async () => (await pool.query('SELECT 1 FROM mail WHERE last_error LIKE $1', [`${code}%`])).rows[0],
      ),

    /** Waits until every event was handled and nothing is queued. */
    async settled(): Promise<void> {
      await waitFor('every event to be handled', async () => {
        const infos = await Promise.all(consumers.map((name) => bus.manager.consumers.info('EVENTS', name).catch(() => undefined)))
        return infos.every((info) => info && info.num_pending === 0 && info.num_ack_pending === 0)
      })
      await waitFor('an empty queue', async () => (await pool.query("SELECT 1 FROM mail WHERE status = 'queued'")).rowCount === 0)
    },

    /** What reaches the open windows of a person. */
    liveMessages({ userId }: Person): unknown[] {
      const messages: unknown[] = []
      bus.subscribeLive(liveUserSubject(userId), (bytes) => messages.push(JSON.parse(new TextDecoder().decode(bytes))))
      return messages
    },

    async request(method: 'GET' | 'PATCH', url: string, principal: Partial<Principal> | undefined, body?: object) {
      const response = await app.inject({
        method,
        url,
        headers: principal ? await principals.header(principal) : {},
        ...(body ? { payload: body } : {}),
      })
      return { status: response.statusCode, body: response.json() }
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>

/** Answers the two questions about people, until it is taken away. */
function createFakeAuth(bus: Bus, logger: Parameters<typeof serve>[3]['logger']) {
  const people = new Map<string, Person>()
  const administrators: Person[] = []
  const tokens: { userId: string; purpose: EmailPurpose; token: string }[] = []
  let servers: { stop(): Promise<void> }[] = []

  const start = () => {
    servers = [
      serve(
        bus,
        requests.issueEmailToken,
        async ({ userId, purpose }) => {
          const person = people.get(userId)
          if (!person) return { needed: false }
          const token = `token-${tokens.length + 1}-${randomUUID()}`
          tokens.push({ userId, purpose, token })
          return { ...person, needed: true, token, locale: 'en', expiresAt: timestampFromDate(new Date(Date.now() + 3_600_000)) }
        },
        { logger },
      ),
      serve(
        bus,
        requests.getContact,
        async ({ userId }) => {
          const person = people.get(userId)
          if (!person) throw commonErrors.not_found()
          return { ...person, locale: 'en' }
        },
        { logger },
      ),
      serve(bus, requests.listAdministrators, async () => ({ userIds: administrators.map(({ userId }) => userId) }), { logger }),
    ]
  }
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
    servers = []
  }
  start()
  return {
    ...{ tokens, administrators },
    start,
    stop,
    /** A person with an account. */
    add(name = 'Ada'): Person {
      const person = { userId: randomUUID(), email: `${randomUUID().slice(0, 8)}@example.com`, name }
      people.set(person.userId, person)
      return person
    },
    change: (person: Person) => people.set(person.userId, person),
    remove: ({ userId }: Person) => people.delete(userId),
  }
}
