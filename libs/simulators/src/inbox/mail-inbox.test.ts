import { createTransport } from 'nodemailer'
import t, { type Test } from 'tap'
import { type MailInboxOptions, startMailInbox } from './mail-inbox.ts'

async function world(test: Test, options: MailInboxOptions = {}) {
  const inbox = await startMailInbox(options)
  const transport = createTransport(inbox.smtpUrl)
  test.teardown(async () => {
    transport.close()
    await inbox.close()
  })
  const send = (to: string, subject: string, html = '<p>Hi</p>') =>
    transport.sendMail({ from: 'Parley <parley@example.com>', to, subject, text: 'Hi', html, messageId: `<${subject}@example.com>` })
  return { inbox, send }
}

t.test('a mail can be awaited, read as JSON by its address, newest first, and deleted', async (t) => {
  const { inbox, send } = await world(t)
  const awaited = inbox.waitFor('Ada@Example.com', ({ subject }) => subject === 'second')
  await send('ada@example.com', 'first')
  await send('grace@example.com', 'other')
  await send('ada@example.com', 'second', '<h1>Grüße</h1>')
  t.match(await awaited, { subject: 'second', from: 'parley@example.com', text: /Hi/, html: /Grüße/, messageId: '<second@example.com>' })

  const list = async (query = '') => (await fetch(`${inbox.url}/messages${query}`)).json() as Promise<{ subject: string }[]>
  t.same(
    (await list('?to=ada@example.com')).map(({ subject }) => subject),
    ['second', 'first'],
  )
  t.equal((await list()).length, 3)
  t.equal((await fetch(`${inbox.url}/messages`, { method: 'DELETE' })).status, 204)
  t.same(await list(), [])
  await t.rejects(
    inbox.waitFor('ada@example.com', () => true, 20),
    /no such mail/,
  )
})

t.test('only so many mails are kept', async (t) => {
  const { inbox, send } = await world(t, { limits: { mails: 2 } })
  for (const subject of ['one', 'two', 'three']) await send('ada@example.com', subject)
  t.same(
    inbox.messages().map(({ subject }) => subject),
    ['three', 'two'],
  )
})

t.test('a mail that is too large is refused for good, and the next one is taken', async (t) => {
  const { inbox, send } = await world(t)
  await t.rejects(send('ada@example.com', 'large', 'x'.repeat(6 * 1024 * 1024)), { message: /552/ })
  await send('ada@example.com', 'small')
  t.match(inbox.messages(), [{ subject: 'small' }])
})

t.test("a mail's HTML is shown without scripts and without loading anything", async (t) => {
  const { inbox, send } = await world(t)
  await send('ada@example.com', '<img src=x onerror=alert(1)>', '<script>alert(1)</script><b>bold</b>')
  const page = await (await fetch(inbox.url)).text()
  t.notMatch(page, /onerror|alert/, 'the page carries no mail text; its script puts it in as text')
  const [mail] = inbox.messages()
  const shown = await fetch(`${inbox.url}/messages/${mail?.id}/html`)
  const policy = shown.headers.get('content-security-policy') ?? ''
  t.match(policy, /^sandbox allow-popups allow-popups-to-escape-sandbox;/)
  t.match(policy, /default-src 'none'/)
  t.equal((await fetch(`${inbox.url}/messages/unknown/html`)).status, 404)
})

t.test('a page elsewhere cannot reach the inbox by another host name', async (t) => {
  const { inbox } = await world(t)
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    request(`${inbox.url}/messages`, { headers: { host: 'rebound.example.com' } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
  t.equal(status, 403)
})
