/** A mail as it was received. */
export interface Mail {
  id: string
  /** The Message-ID header, which a repeated delivery shares. */
  messageId: string
  /** Envelope recipients, joined by a comma and a space. */
  to: string
  from: string
  subject: string
  text: string
  html: string
  receivedAt: string
}

export interface MailboxLimits {
  /** Default 500. */
  mails?: number
  /** Characters of text and HTML together. Default 32 million. */
  characters?: number
}

/** The newest mails, up to a number and a size; the oldest go first. */
export function createMailbox({ mails: mostMails = 500, characters: mostCharacters = 32_000_000 }: MailboxLimits = {}) {
  let mails: Mail[] = []
  let characters = 0
  const waiting = new Set<(mail: Mail) => void>()

  return {
    add(mail: Mail): void {
      mails.unshift(mail)
      characters += sizeOf(mail)
      while (mails.length > 1 && (mails.length > mostMails || characters > mostCharacters)) {
        const dropped = mails.pop()
        if (dropped) characters -= sizeOf(dropped)
      }
      for (const look of waiting) look(mail)
    },

    /** Newest first; with an address only those sent to it, whatever its case. */
    list: (to?: string): Mail[] => mails.filter((mail) => isTo(mail, to)),

    find: (id: string): Mail | undefined => mails.find((mail) => mail.id === id),

    clear(): void {
      mails = []
      characters = 0
    },

    /** The newest mail to this address that fits, now or as soon as it arrives; rejects after `timeoutMs`. */
    waitFor(to: string, predicate: (mail: Mail) => boolean, timeoutMs: number): Promise<Mail> {
      const there = mails.find((mail) => isTo(mail, to) && predicate(mail))
      if (there) return Promise.resolve(there)
      return new Promise((resolve, reject) => {
        const look = (mail: Mail) => {
          if (!isTo(mail, to) || !predicate(mail)) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(mail)
        }
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`no such mail to ${to} within ${timeoutMs} ms`))
        }, timeoutMs)
        waiting.add(look)
      })
    },
  }
}

export type Mailbox = ReturnType<typeof createMailbox>

const sizeOf = ({ text, html }: Mail): number => text.length + html.length

const isTo = (mail: Mail, to: string | undefined): boolean =>
  to === undefined || mail.to.toLowerCase().split(', ').includes(to.trim().toLowerCase())
