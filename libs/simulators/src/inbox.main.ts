import { pino } from 'pino'
import { startMailInbox } from './inbox/mail-inbox.ts'
import { announce, closeWithParent, portFrom } from './main-process.ts'

const logger = pino({ name: 'mail-inbox', level: process.env.LOG_LEVEL ?? 'info' })
const inbox = await startMailInbox({
  httpPort: portFrom('PORT'),
  smtpPort: portFrom('SMTP_PORT'),
  host: process.env.HOST,
  logger,
})
closeWithParent(logger, inbox.close)
announce(logger, { url: inbox.url, smtpUrl: inbox.smtpUrl })
