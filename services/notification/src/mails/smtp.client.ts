import { createTransport } from 'nodemailer'
import type { Sender } from './sender.ts'

// Together well below the lease of a mail (mails.store.ts).
const CONNECT_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 20_000

/** A mail ready to go. */
export interface Letter {
  /** Unique and the same at every try: servers and mailboxes recognise a repeat by it. */
  id: string
  to: { name: string; address: string }
  subject: string
  html: string
  text: string
}

/** The mail server did not take the mail. */
export class DeliveryError extends Error {
  /** `smtp_` and the reply code, or a word of the connection such as `smtp_econnrefused`. */
  readonly code: string
  /** The server said that trying again is useless. */
  readonly isPermanent: boolean

  constructor(code: string, isPermanent: boolean, cause: unknown) {
    super(`the mail was not taken: ${code}`, { cause })
    this.name = 'DeliveryError'
    this.code = code
    this.isPermanent = isPermanent
  }
}

export type Deliver = (letter: Letter) => Promise<void>

/** Sends over SMTP; resolves when the server has taken responsibility. Throws DeliveryError. */
export function createSmtpClient({ url, from }: { url: string; from: Sender }): Deliver {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    // Mails are made of our templates only: nothing of theirs may name a file or an address to load.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ id, ...letter }) => {
    try {
      await transport.sendMail({
        ...letter,
        from: { name: from.name, address: from.address },
        messageId: `<${id}@${from.domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    } catch (error) {
      const { responseCode, code } = error as { responseCode?: number; code?: string }
      const isPermanent = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
      throw new DeliveryError(`smtp_${responseCode ?? code?.toLowerCase() ?? 'failed'}`, isPermanent, error)
    }
  }
}
