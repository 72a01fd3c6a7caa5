import { openPrisma } from '@parley/database'
import { type Bus, connectBus } from '@parley/messaging'
import { createPrincipalVerifier } from '@parley/principal'
import type { Logger } from '@parley/telemetry'
import { PrismaClient } from '../prisma/generated/client.ts'
import { createAuthClient } from './clients/auth.client.ts'
import type { Config } from './config.ts'
import { followCosts } from './costs/cost-exceeded.consumer.ts'
import { tellCosts } from './costs/tell-costs.job.ts'
import { followEmailRequests } from './mails/email-requested.consumer.ts'
import { createMailStore } from './mails/mails.store.ts'
import { startPurgeMails } from './mails/purge-mails.job.ts'
import { startSendMail } from './mails/send-mail.job.ts'
import { sendMail } from './mails/send-mail.ts'
import { createSmtpClient } from './mails/smtp.client.ts'
import { createNoticeStore } from './notices/notices.store.ts'
import { followQuotas } from './quotas/quota-reached.consumer.ts'
import { followSpending } from './quotas/spend-reached.consumer.ts'
import { followRegistrations } from './users/user-registered.consumer.ts'
import { followVerifications } from './users/user-verified.consumer.ts'

/** What reacting to events takes. */
export interface ConsumerDeps {
  bus: Bus
  prisma: PrismaClient
  logger: Logger
  /** A mail was queued; to be called after the commit. */
  wake: () => void
}

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Opens everything this service works with and starts what it does by itself. */
export async function openDeps(config: Config, logger: Logger) {
  const prisma = openPrisma(PrismaClient, {
    url: config.DATABASE_URL,
    applicationName: 'notification',
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  })
  const bus = await connectBus({ url: config.NATS_URL, name: 'notification', logger })
  const mails = createMailStore(prisma)
  const auth = createAuthClient(bus)
  const deliver = createSmtpClient({ url: config.SMTP_URL, from: config.MAIL_FROM })

  const sending = startSendMail({
    mails,
    send: (mail) => sendMail({ auth, deliver, publicUrl: config.PUBLIC_URL }, mail),
    rules: {
      firstS: config.MAIL_RETRY_FIRST_S,
      longestS: config.MAIL_RETRY_LONGEST_S,
      giveUpAfterS: config.MAIL_GIVE_UP_AFTER_S,
      refusalLimit: config.MAIL_REFUSAL_LIMIT,
    },
    concurrency: config.MAIL_CONCURRENCY,
    logger,
  })
  const consumerDeps: ConsumerDeps = { bus, prisma, logger, wake: sending.wake }
  const costs = tellCosts({ ...consumerDeps, auth })
  const workers = [
    followRegistrations(consumerDeps),
    followVerifications(consumerDeps),
    followEmailRequests(consumerDeps),
    followQuotas(consumerDeps),
    followSpending(consumerDeps),
    followCosts({ ...consumerDeps, everyS: config.COST_ALERT_EVERY_S, wake: costs.wake }),
    costs,
    sending,
    startPurgeMails({ mails, keptS: config.MAIL_KEPT_S, logger }),
  ]

  return {
    logger,
    prisma,
    bus,
    principals: createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS }),
    notices: createNoticeStore(prisma),
    /** Takes no more events and mails and finishes those at work. */
    async drain() {
      await Promise.all(workers.map((worker) => worker.stop()))
    },
    async close() {
      await bus.close()
      await prisma.$disconnect()
    },
  }
}
