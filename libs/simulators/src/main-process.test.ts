import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import t, { type Test } from 'tap'

function start(test: Test, main: string, env: Record<string, string>) {
  const child = fork(join(import.meta.dirname, main), {
    env: { ...process.env, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit')
  test.teardown(() => child.kill('SIGKILL'))
  const ready = once(child, 'message').then(([message]) => message as Record<string, string>)
  return { child, ready, exited }
}

t.test('the provider simulator says when it is ready and ends in good order on SIGTERM', async (t) => {
  const { child, ready, exited } = start(t, 'providers.main.ts', { ANSWERS: 'scripted', PORT: '0' })
  const { openaiUrl } = await ready
  const response = await fetch(`${openaiUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: '[[tokens=3 first=0]]' }] }),
  })
  t.match(await response.json(), { usage: { completion_tokens: 3 } })
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
})

t.test('the inbox takes mails and does not outlive its parent', async (t) => {
  const { child, ready, exited } = start(t, 'inbox.main.ts', { PORT: '0', SMTP_PORT: '0' })
  const { url, smtpUrl } = await ready
  await createTransport(smtpUrl).sendMail({ from: 'a@example.com', to: 'b@example.com', subject: 'Hello', text: 'Hi' })
  t.match(await (await fetch(`${url}/messages?to=b@example.com`)).json(), [{ subject: 'Hello', to: 'b@example.com' }])
  child.disconnect()
  t.same(await exited, [0, null])
})

t.test('A-23 a wrong port ends the start with a line a person can act on', async (t) => {
  const { child, exited } = start(t, 'inbox.main.ts', { PORT: 'eighty' })
  let error = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    error += chunk.toString()
  })
  t.same(await exited, [1, null])
  t.match(error, "PORT is 'eighty'; allowed is a port from 0 to 65535")
})
