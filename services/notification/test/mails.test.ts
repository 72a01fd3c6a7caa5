import { createServer } from 'node:net'
import { startMailInbox } from '@parley/simulators'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { PUBLIC_URL, startWorld } from './harness.ts'

t.test('whoever signed up gets one mail to confirm the address, though the events come again (N-3)', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  await world.registered(ada)
  const mail = await world.inbox.waitFor(ada.email)
  const [issued] = world.auth.tokens
  t.match(mail, { subject: 'Confirm your e-mail address', from: 'hello@parley.example', text: /^Hello Ada,/ })
  t.ok(mail.text.includes(`${PUBLIC_URL}/verify-email?token=${issued?.token}`))
  t.ok(mail.html.includes(`href="${PUBLIC_URL}/verify-email?token=${issued?.token}"`))

  await world.settled()
  const [before] = await world.mails()
  t.equal(mail.messageId, `<${before?.id}@parley.example>`, 'F-7 the Message-ID is that of the row')
  await world.redeliverAll()
  const grace = world.auth.add('Grace')
  await world.registered(grace)
  await world.inbox.waitFor(grace.email)
  await world.settled()
  t.equal(await world.deliveries('notification-user-registered'), 2, 'it did come again')
  t.equal(world.inbox.messages(ada.email).length, 1)
  t.equal((await world.mails()).length, 2)
})

t.test('A-13 no address, name or token is stored', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add('Adelaide')
  await world.registered(ada)
  await world.inbox.waitFor(ada.email)
  await world.settled()
  const rows = (await world.mails()).map(({ row }) => row).join()
  t.match(rows, ada.userId)
  for (const secret of [ada.email, 'Adelaide', world.auth.tokens[0]?.token ?? '']) t.notMatch(rows, secret)
})

t.test('a request for a mail gets the mail with the link of its purpose', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  const expected = [
    ['EMAIL_PURPOSE_RESET_PASSWORD', 'Choose a new password', '/reset-password?token='],
    ['EMAIL_PURPOSE_MAGIC_LINK', 'Your log-in link', '/magic-link?token='],
    ['EMAIL_PURPOSE_VERIFY_ADDRESS', 'Confirm your e-mail address', '/verify-email?token='],
  ] as const
  for (const [purpose, subject, link] of expected) {
    await world.emailRequested(ada, purpose)
    const mail = await world.inbox.waitFor(ada.email, (candidate) => candidate.subject === subject)
    t.ok(mail.text.includes(`${PUBLIC_URL}${link}${world.auth.tokens.at(-1)?.token}`))
  }
})

t.test('a purpose nobody knows is set aside with its reason and holds nothing up (N-5)', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  await world.emailRequested(ada, 'EMAIL_PURPOSE_UNSPECIFIED')
  await world.emailRequested(ada, 'EMAIL_PURPOSE_MAGIC_LINK')
  await world.inbox.waitFor(ada.email)
  await world.settled()
  const { rows } = await world.pool.query('SELECT consumer, reason FROM messaging.dead_letter')
  t.same(rows, [{ consumer: 'notification-email-requested', reason: 'no mail is known for purpose 0' }])
})

t.test('whoever confirmed the address is welcomed once, by mail and in the app', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  const live = world.liveMessages(ada)
  await world.bus.connection.flush()
  await world.verified(ada)
  await world.inbox.waitFor(ada.email, ({ subject }) => subject === 'Welcome to Parley')
  await world.settled()
  await world.redeliverAll()
  await world.verified(ada)
  await world.settled()
  t.equal(world.inbox.messages(ada.email).length, 1)
  t.match(live, [{ type: 'notification', notification: { kind: 'welcome', title: 'Welcome to Parley', read: false } }])
  t.equal(live.length, 1)
})

t.test('an account that needs no confirmation is welcomed at once', async (t) => {
  const world = await startWorld(t)
  const root = world.auth.add('Root')
  await world.registered(root, { isVerified: true })
  t.match(await world.inbox.waitFor(root.email), { subject: 'Welcome to Parley' })
  await world.verified(root)
  await world.settled()
  t.equal(world.inbox.messages(root.email).length, 1)
})

t.test('a mail that has become pointless is not sent', async (t) => {
  const world = await startWorld(t)
  const gone = world.auth.add()
  world.auth.remove(gone)
  await world.registered(gone)
  await world.verified(gone)
  await world.settled()
  t.same((await world.mails()).map(({ kind, status }) => `${kind} ${status}`).sort(), ['verify_address skipped', 'welcome skipped'])
  t.same(world.inbox.messages(), [])
})

t.test('F-7 the mail server away: the mail arrives later, once', async (t) => {
  const port = await unusedPort()
  const world = await startWorld(t, { settings: { SMTP_URL: `smtp://127.0.0.1:${port}` } })
  const ada = world.auth.add()
  await world.registered(ada)
  await world.untilTried('smtp_')
  const inbox = await startMailInbox({ smtpPort: port })
  t.teardown(() => inbox.close())
  const mail = await inbox.waitFor(ada.email)
  await world.settled()
  const [row] = await world.mails()
  t.equal(mail.messageId, `<${row?.id}@parley.example>`)
  t.match(row, { status: 'sent', last_error: null })
  t.ok((row?.attempts ?? 0) >= 2)
  t.ok(mail.text.includes(world.auth.tokens.at(-1)?.token ?? 'none'), 'with a token made for this try')
  t.equal(inbox.messages().length, 1)
})

t.test('F-4 auth away: the mail arrives later, once', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  await world.auth.stop()
  await world.registered(ada)
  await world.untilTried('auth_service_busy')
  world.auth.start()
  await world.inbox.waitFor(ada.email)
  await world.settled()
  t.match(await world.mails(), [{ status: 'sent' }])
  t.equal(world.inbox.messages().length, 1)
})

t.test('a mail that the server refuses for good is given up and stays visible, others are not held up', async (t) => {
  const refuse = (address: string) => address.startsWith('refused')
  const world = await startWorld(t, { inboxOptions: { refuse }, settings: { MAIL_REFUSAL_LIMIT: '2' } })
  const bad = { ...world.auth.add(), email: 'refused@example.com' }
  world.auth.change(bad)
  const ada = world.auth.add()
  await world.registered(bad)
  await world.registered(ada)
  await world.inbox.waitFor(ada.email)
  await world.settled()
  t.match(
    (await world.mails()).find(({ status }) => status !== 'sent'),
    { status: 'failed', attempts: 2, last_error: 'smtp_550' },
  )
})

t.test('replicas share the queue: every mail once', async (t) => {
  const world = await startWorld(t)
  await world.startReplica()
  const people = Array.from({ length: 30 }, () => world.auth.add())
  await Promise.all(people.map((person) => world.registered(person)))
  await Promise.all(people.map(({ email }) => world.inbox.waitFor(email)))
  await world.settled()
  t.same(
    people.map(({ email }) => world.inbox.messages(email).length),
    Array(30).fill(1),
  )
  t.ok((await world.mails()).every(({ attempts }) => attempts === 1))
})

t.test('a mail whose sender died is sent by another when the lease is over, under the same Message-ID', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  const id = '0192f0c1-6f6e-7c3a-9a51-0d6d4f1f2a10'
  await world.pool.query(
    `INSERT INTO mail (id, dedupe_key, user_id, kind, attempts, lease_until) VALUES ($1, 'k', $2, 'welcome', 1, now() + interval '400 ms')`,
    [id, ada.userId],
  )
  const startedAt = performance.now()
  const mail = await world.inbox.waitFor(ada.email)
  t.ok(performance.now() - startedAt > 250, 'not before')
  t.equal(mail.messageId, `<${id}@parley.example>`)
})

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

t.test('G-3 mails that were sent are forgotten after their time, by a process that just started; those given up stay', async (t) => {
  const world = await startWorld(t)
  const [ada, grace, lin] = [world.auth.add('Ada'), world.auth.add('Grace'), world.auth.add('Lin')]
  for (const person of [ada, grace, lin]) {
    await world.registered(person)
    await world.inbox.waitFor(person.email)
  }
  await world.settled()
  await world.pool.query("UPDATE mail SET finished_at = now() - interval '31 days' WHERE user_id = ANY ($1)", [[ada.userId, grace.userId]])
  await world.pool.query("UPDATE mail SET status = 'failed' WHERE user_id = $1", [grace.userId])
  await world.startReplica()
  await waitFor('the old mail to be forgotten', async () => (await world.mails()).length < 3)
  t.same(
    (await world.mails()).map(({ status }) => status),
    ['failed', 'sent'],
  )
})
