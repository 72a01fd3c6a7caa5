import { v7 as newId } from 'uuid'

/** Somebody with an account, signed in. */
export interface Person {
  email: string
  userId: string
  /** The session, as a Cookie header. */
  cookie: string
}

const PASSWORD = 'a long enough pass phrase'

/** Newest mail to an address whose text fits; mails are waited for, because they are sent behind the request. */
export async function waitForMail(
  inboxUrl: string,
  to: string,
  fits: RegExp,
  timeoutMs = 30_000,
): Promise<{ subject: string; text: string }> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    const answer = await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(to)}`)
    const mails = (await answer.json()) as { subject: string; text: string }[] | { items: { subject: string; text: string }[] }
    const found = (Array.isArray(mails) ? mails : mails.items).find((mail) => fits.test(mail.text) || fits.test(mail.subject))
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no mail to ${to} that fits ${fits} within ${timeoutMs} ms`)
}

/** Registers an account at the edge, confirms its address from the inbox, and is signed in. */
export async function registerPerson({ url, inboxUrl }: { url: string; inboxUrl: string }, name = 'Ada'): Promise<Person> {
  const email = `${name.toLowerCase()}-${newId()}@example.org`
  const registered = await post(url, '/api/v1/auth/register', { email, password: PASSWORD, name })
  if (registered.status !== 202) throw new Error(`register: ${registered.status} ${await registered.text()}`)
  const mail = await waitForMail(inboxUrl, email, /token=/)
  const token = /token=([\w.~%-]+)/.exec(mail.text)?.[1] ?? ''
  const verified = await post(url, '/api/v1/auth/verify-email', { token: decodeURIComponent(token) })
  if (verified.status !== 200) throw new Error(`verify-email: ${verified.status} ${await verified.text()}`)
  return personOf(email, verified)
}

/** Logs in with the password `registerPerson` used, or with a given one. */
export async function logInPerson(url: string, email: string, password = PASSWORD): Promise<Person> {
  const answer = await post(url, '/api/v1/auth/login', { email, password })
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${await answer.text()}`)
  return personOf(email, answer)
}

function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  })
}

async function personOf(email: string, signedIn: Response): Promise<Person> {
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { user } = (await signedIn.json()) as { user: { id: string } }
  return { email, userId: user.id, cookie }
}
