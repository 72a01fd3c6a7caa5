import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { buildInboxServer } from './inbox-server.ts'
import { createMailbox, type Mail, type MailboxLimits } from './mailbox.ts'

export interface MailInboxOptions {
  /** Default: a free port. */
  smtpPort?: number
  /** Default: a free port. */
  httpPort?: number
  /** Default 127.0.0.1. Mails carry log-in links: anything else shows them to others. */
  host?: string
  limits?: MailboxLimits
  /** Addresses the server refuses for good (550), for tests. */
  refuse?: (address: string) => boolean
  logger?: Logger
}

/** A running inbox. */
export interface MailInbox {
  /** For nodemailer and `SMTP_URL`. */
  smtpUrl: string
  /** The page; `GET {url}/messages?to=` is the list. */
  url: string
  pid: number
  /** Newest first; with an address only those sent to it. */
  messages(to?: string): Mail[]
  /** The newest mail to this address that fits, now or as soon as it arrives; rejects after `timeoutMs` (10 s). */
  waitFor(to: string, predicate?: (mail: Mail) => boolean, timeoutMs?: number): Promise<Mail>
  clear(): void
  close(): Promise<void>
}

const MAIL_LIMIT_BYTES = 5 * 1024 * 1024

/** Starts an SMTP server that delivers nothing and keeps what it gets in memory, and a page to read it. */
export async function startMailInbox(options: MailInboxOptions = {}): Promise<MailInbox> {
  const host = options.host ?? '127.0.0.1'
  const mailbox = createMailbox(options.limits)

  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    size: MAIL_LIMIT_BYTES,
    disableReverseLookup: true,
    onAuth: (_credentials, _session, done) => done(null, { user: 'anyone' }),
    onRcptTo({ address }, _session, done) {
      done(options.refuse?.(address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null)
    },
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map(({ address }) => address)
      readMail(stream)
        .then((bytes) => PostalMime.parse(bytes))
        .then((parsed) => {
          mailbox.add({
            id: randomUUID(),
            messageId: parsed.messageId ?? '',
            to: to.join(', '),
            from: parsed.from?.address ?? '',
            subject: parsed.subject ?? '',
            text: parsed.text ?? '',
            html: typeof parsed.html === 'string' ? parsed.html : '',
            receivedAt: new Date().toISOString(),
          })
          done()
        })
        .catch((error: Error) => done(error))
    },
  })
  smtp.on('error', (error) => options.logger?.warn({ err: error }, 'smtp connection failed'))
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject)
    smtp.listen(options.smtpPort ?? 0, host, resolve)
  })
  const http = buildInboxServer(mailbox)
  const url = await http.listen({ port: options.httpPort ?? 0, host }).catch(async (error: unknown) => {
    smtp.close()
    throw error
  })

  return {
    smtpUrl: `smtp://${host}:${(smtp.server.address() as AddressInfo).port}`,
    url,
    pid: process.pid,
    messages: mailbox.list,
    waitFor: (to, predicate = () => true, timeoutMs = 10_000) => mailbox.waitFor(to, predicate, timeoutMs),
    clear: mailbox.clear,
    async close() {
      await Promise.all([http.close(), new Promise<void>((resolve) => smtp.close(resolve))])
    },
  }
}

/** Reads to the end, as the protocol wants it, and keeps no more than a mail may have. */
async function readMail(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAIL_LIMIT_BYTES) chunks.push(chunk)
    else chunks.length = 0
  }
  if (size > MAIL_LIMIT_BYTES) throw Object.assign(new Error('message exceeds the fixed maximum size'), { responseCode: 552 })
  return Buffer.concat(chunks)
}
