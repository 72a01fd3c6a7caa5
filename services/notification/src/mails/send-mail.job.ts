import { setTimeout as delay } from 'node:timers/promises'
import { attributes, counter, extractTrace, gauge, histogram, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import { type ClaimedMail, judge, type Outcome, type RetryRules, type Verdict } from './mail.ts'
import type { MailStore } from './mails.store.ts'

/** How often to look for mails whose time has come, or whose wake-up call went to a replica that died. */
const POLL_MS = 1_000

const tries = counter({ name: 'parley_mail_tries_total', help: 'Tries to send a mail', labelNames: ['kind', 'outcome'] })
const delayS = histogram({
  name: 'parley_mail_delay_seconds',
  help: 'From the request for a mail until the mail server took it',
  labelNames: ['kind'],
  buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86_400],
})

export interface SendMailJob {
  /** A mail was queued: send it now. */
  wake(): void
  /** Takes no more mails and finishes those on their way. */
  stop(): Promise<void>
}

/** Sends what is due, several mails at a time, on every replica. */
export function startSendMail({
  mails,
  send,
  rules,
  concurrency,
  logger,
}: {
  mails: MailStore
  send: (mail: ClaimedMail) => Promise<Outcome>
  rules: RetryRules
  concurrency: number
  logger: Logger
}): SendMailJob {
  const stopping = new AbortController()
  const atWork = new Set<Promise<void>>()
  let alarm = new AbortController()
  let isAwake = false
  measureBacklog(mails)

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while (atWork.size < concurrency && !stopping.signal.aborted) {
          const mail = await mails.claim()
          if (!mail) break
          const work = handle(mail).finally(() => atWork.delete(work))
          atWork.add(work)
        }
      } catch (error) {
        logger.warn({ err: error }, 'the mail queue cannot be read yet')
      }
      await (atWork.size < concurrency ? rest() : Promise.race(atWork))
    }
    await Promise.all(atWork)
  }

  /** Until the next look. A call that came while the queue was read is not lost. */
  async function rest(): Promise<void> {
    if (!isAwake) await delay(POLL_MS, undefined, { signal: AbortSignal.any([stopping.signal, alarm.signal]), ref: false }).catch(() => {})
    isAwake = false
    alarm = new AbortController()
  }

  async function handle(mail: ClaimedMail): Promise<void> {
    const { id, kind, attempt } = mail
    const span = {
      kind: SpanKind.INTERNAL,
      parent: extractTrace(mail.traceHeaders),
      attributes: { [attributes.userId]: mail.userId, 'parley.mail.kind': kind, 'parley.mail.attempt': attempt },
    }
    await withSpan('mail send', span, async () => {
      const outcome = await send(mail)
      const verdict = judge(mail, outcome, rules)
      await mails.settle(mail, outcome, verdict)
      report(mail, outcome, verdict)
    }).catch((error: unknown) => {
      // Its lease ends by itself; the mail is then tried again under the same Message-ID.
      logger.error({ err: error, mailId: id, kind }, 'how a mail ended could not be written down')
    })
  }

  function report({ id, kind, attempt, ageS }: ClaimedMail, outcome: Outcome, verdict: Verdict): void {
    tries.inc({ kind, outcome: outcome.status })
    const about = { mailId: id, kind, attempt }
    if (outcome.status === 'sent') {
      delayS.observe({ kind }, ageS)
      logger.info(about, 'a mail was sent')
      return
    }
    const { code } = outcome
    if (verdict.status === 'failed') logger.error({ ...about, code }, 'a mail was given up')
    else if (verdict.status === 'queued') logger.warn({ ...about, code, waitS: verdict.waitS }, 'a mail will be tried again')
    else logger.info({ ...about, code }, 'a mail was not needed any more')
  }

  const running = run()
  return {
    wake() {
      isAwake = true
      alarm.abort()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function measureBacklog(mails: MailStore): void {
  gauge({
    name: 'parley_mail_backlog',
    help: 'Mails that wait or were given up, and the age of the oldest waiting one in seconds',
    labelNames: ['figure'],
    async collect() {
      // Without the database the figures stay as they are; the other metrics must still be served.
      const backlog = await mails.backlog().catch(() => undefined)
      if (!backlog) return
      const { queued, oldestS, failed } = backlog
      this.set({ figure: 'queued' }, queued)
      this.set({ figure: 'oldest_seconds' }, oldestS)
      this.set({ figure: 'failed' }, failed)
    },
  })
}
