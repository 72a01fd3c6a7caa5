import { commonConfig, json, loadConfig, seconds, url, wholeNumber } from '@parley/config'
import { z } from 'zod'
import { senderFrom } from './mails/sender.ts'

const shape = {
  ...commonConfig,
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })),
  /** Where links in mails lead; nothing else decides it. */
  PUBLIC_URL: url('http', 'https').transform((value) => value.replace(/\/+$/, '')),
  SMTP_URL: url('smtp', 'smtps'),
  MAIL_FROM: z.string({ error: 'needs a sender, for example Parley <parley@example.com>' }).transform((text, context) => {
    const sender = senderFrom(text)
    if (!sender) context.addIssue({ code: 'custom', message: 'needs a sender, for example Parley <parley@example.com>' })
    return sender ?? z.NEVER
  }),

  /** Mails this process sends at a time. */
  MAIL_CONCURRENCY: wholeNumber(1, 64).default(4),
  /** How long a mail is tried while the mail server or auth is away. */
  MAIL_GIVE_UP_AFTER_S: seconds().default(3 * 86_400),
  /** Permanent refusals (SMTP 5xx) after which a mail is given up. */
  MAIL_REFUSAL_LIMIT: wholeNumber(1, 20).default(3),
  /** First wait after a failure; it doubles each time. */
  MAIL_RETRY_FIRST_S: seconds().default(1),
  MAIL_RETRY_LONGEST_S: seconds().default(60),
  /** Administrators are told of dear calls at most this often; what comes in between is told together. */
  COST_ALERT_EVERY_S: seconds().default(3_600),
  /** How long mails that are done are kept. */
  MAIL_KEPT_S: seconds().default(30 * 86_400),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => loadConfig(shape, env)

export type Config = ReturnType<typeof readConfig>
