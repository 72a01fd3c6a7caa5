import { join } from 'node:path'
import { Eta } from 'eta'
import { type Contact, type IssuedToken, type TokenPurpose, tokenPurposes } from '../clients/auth.client.ts'
import { costAlertDetails, sayCostAlert } from '../costs/cost-alert.ts'
import { displayName } from './display-name.ts'
import type { MailKind } from './mail.ts'
import type { Letter } from './smtp.client.ts'

const views = join(import.meta.dirname, '../templates')
// Every value is escaped in HTML; a text has nothing to escape.
const html = new Eta({ views, cache: true, autoEscape: true, autoTrim: false })
const text = new Eta({ views, cache: true, autoEscape: false, autoTrim: false })

const MINUTE_MS = 60_000

/** For each kind its templates, its subject and where its button leads. */
const kinds: Record<MailKind, { template: string; subject: string; path: string }> = {
  verify_address: { template: 'verify-address', subject: 'Confirm your e-mail address', path: '/verify-email' },
  reset_password: { template: 'reset-password', subject: 'Choose a new password', path: '/reset-password' },
  magic_link: { template: 'magic-link', subject: 'Your log-in link', path: '/magic-link' },
  welcome: { template: 'welcome', subject: 'Welcome to Parley', path: '/' },
  quota_nearly_used: { template: 'quota-nearly-used', subject: 'You have used 80 % of today’s messages', path: '/usage' },
  quota_used: { template: 'quota-used', subject: 'You have used all of today’s messages', path: '/usage' },
  spend_cap_nearly_used: {
    template: 'spend-cap-nearly-used',
    subject: 'You have used 80 % of this month’s spending limit',
    path: '/usage',
  },
  spend_cap_used: { template: 'spend-cap-used', subject: 'You have used all of this month’s spending limit', path: '/usage' },
  cost_alert: { template: 'cost-alert', subject: 'Model calls cost more than expected', path: '/' },
}

/** What a template sees as `it`. */
interface TemplateValues {
  subject: string
  /** Empty when there is none to greet by. */
  name: string
  /** Where the button leads, token included. */
  link: string
  homeUrl: string
  /** How long the link works, in words; empty without a token. */
  validFor: string
  /** What it is about, in words; empty where the template says it all. */
  said: string
}

/** Which mails carry a token, and what it is for. */
export const needsToken = (kind: MailKind): kind is TokenPurpose => tokenPurposes.some((purpose) => purpose === kind)

/** Writes a mail to this person. Links lead to `publicUrl` and nowhere else. */
export function composeMail(
  kind: MailKind,
  id: string,
  to: Contact | IssuedToken,
  { publicUrl, now = new Date(), details }: { publicUrl: string; now?: Date; details?: unknown },
): Letter {
  const { template, subject, path } = kinds[kind]
  const token = 'token' in to ? `?token=${encodeURIComponent(to.token)}` : ''
  const name = displayName(to.name)
  const values: TemplateValues = {
    subject,
    name,
    link: `${publicUrl}${path}${token}`,
    homeUrl: publicUrl,
    said: kind === 'cost_alert' ? sayCostAlert(costAlertDetails.parse(details)) : '',
    validFor: 'expiresAt' in to ? inWords(to.expiresAt.getTime() - now.getTime()) : '',
  }
  return {
    id,
    to: { name, address: to.email },
    subject,
    html: html.render(`./${template}.html.eta`, values),
    text: text.render(`./${template}.text.eta`, values).trimStart(),
  }
}

/** Rounded down, so that nothing is promised that does not hold. */
function inWords(durationMs: number): string {
  const minutes = Math.max(1, Math.floor(durationMs / MINUTE_MS + 0.1))
  if (minutes === 60) return '1 hour'
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
