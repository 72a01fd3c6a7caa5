import type { notificationsApi } from '@parley/contracts'
import { type CostAlertDetails, costAlertDetails, sayCostAlert } from '../costs/cost-alert.ts'

/** What a notice can be about; its text is here and not in the database, so that it can be improved. */
export type NoticeKind = 'welcome' | 'quota_nearly_used' | 'quota_used' | 'spend_cap_nearly_used' | 'spend_cap_used' | 'cost_alert'

export interface NewNotice {
  /** The same key twice is one notice. */
  dedupeKey: string
  userId: string
  kind: NoticeKind
  /** What it says beyond its kind. */
  details?: CostAlertDetails
}

export interface NoticeRow {
  id: string
  userId: string
  kind: string
  details: unknown
  createdAt: Date
  readAt: Date | null
}

interface Text {
  title: string
  body: string
  link: string | null
}

const texts: Record<Exclude<NoticeKind, 'cost_alert'>, Text> = {
  welcome: {
    title: 'Welcome to Parley',
    body: 'Your account is ready. Ask your first question, or choose a model at the message box.',
    link: '/',
  },
  quota_nearly_used: {
    title: 'Today’s messages run out',
    body: 'You have used 80 % of today’s messages. They start anew at midnight, UTC.',
    link: '/usage',
  },
  quota_used: {
    title: 'Today’s messages are used up',
    body: 'You have used all of today’s messages. They start anew at midnight, UTC.',
    link: '/usage',
  },
  spend_cap_nearly_used: {
    title: 'This month’s spending limit is nearly used up',
    body: 'You have used 80 % of this month’s spending limit. It begins anew on the first day of the next month, UTC.',
    link: '/usage',
  },
  spend_cap_used: {
    title: 'This month’s spending limit is used up',
    body: 'You have used all of this month’s spending limit. It begins anew on the first day of the next month, UTC.',
    link: '/usage',
  },
}
/** A replica of an older version may read what a newer one wrote. */
const unknownText = { title: 'Something new', body: '', link: null }

const isPlain = (kind: string): kind is keyof typeof texts => kind in texts

function textOf(kind: string, details: unknown): Text {
  if (isPlain(kind)) return texts[kind]
  const alert = costAlertDetails.safeParse(details)
  if (kind !== 'cost_alert' || !alert.success) return unknownText
  return { title: 'Model calls cost more than expected', body: sayCostAlert(alert.data), link: null }
}

/** A row as the API shows it. */
export const toNotification = ({ id, kind, details, createdAt, readAt }: NoticeRow): notificationsApi.Notification => ({
  id,
  kind,
  ...textOf(kind, details),
  read: readAt !== null,
  createdAt: createdAt.toISOString(),
})
