import type { CostAlertDetails } from '../costs/cost-alert.ts'

/** What a mail is about; each kind has templates of its name. */
export type MailKind =
  | 'verify_address'
  | 'reset_password'
  | 'magic_link'
  | 'welcome'
  | 'quota_nearly_used'
  | 'quota_used'
  | 'spend_cap_nearly_used'
  | 'spend_cap_used'
  | 'cost_alert'

/** A mail as it was asked for. */
export interface NewMail {
  /** The same key twice is one mail. */
  dedupeKey: string
  userId: string
  kind: MailKind
  /** What it says beyond its kind. Never an address or a token. */
  details?: CostAlertDetails
}

/** A mail that this replica may send until its lease ends. */
export interface ClaimedMail {
  id: string
  userId: string
  kind: MailKind
  /** As `NewMail` has them. */
  details: unknown
  /** This try's number; whoever comes later has a higher one. */
  attempt: number
  /** Permanent refusals so far. */
  refusals: number
  ageS: number
  traceHeaders: Record<string, string>
}

/** How a try ended. `code` is safe to store: it names no person. */
export type Outcome =
  | { status: 'sent' }
  /** Nobody needs it any more: address confirmed meanwhile, account gone. */
  | { status: 'skipped'; code: string }
  /** Something is away; later it will work. */
  | { status: 'deferred'; code: string }
  /** The mail server says that it will never take this mail, or the mail cannot be written. */
  | { status: 'refused'; code: string }

/** How long and how often a mail is tried. */
export interface RetryRules {
  firstS: number
  longestS: number
  giveUpAfterS: number
  refusalLimit: number
}

/** What becomes of a mail after a try. */
export type Verdict = { status: 'sent' | 'skipped' | 'failed' } | { status: 'queued'; waitS: number }

/**
 * A deferred mail is tried until it is too old, a refused one until it was refused often enough: servers also say 5xx
 * when they mean a misconfiguration of theirs that is repaired a minute later.
 */
export function judge(
  mail: Pick<ClaimedMail, 'attempt' | 'refusals' | 'ageS'>,
  outcome: Outcome,
  rules: RetryRules,
  random = Math.random(),
): Verdict {
  switch (outcome.status) {
    case 'sent':
    case 'skipped':
      return { status: outcome.status }
    case 'refused':
      return mail.refusals + 1 >= rules.refusalLimit ? { status: 'failed' } : { status: 'queued', waitS: rules.longestS }
    case 'deferred':
      return mail.ageS >= rules.giveUpAfterS ? { status: 'failed' } : { status: 'queued', waitS: backOffS(mail.attempt, rules, random) }
  }
}

/** Doubles with every try; up to a fifth shorter, so that mails that failed together do not come back together. */
function backOffS(attempt: number, { firstS, longestS }: RetryRules, random: number): number {
  return Math.min(longestS, firstS * 2 ** Math.min(attempt - 1, 20)) * (1 - random / 5)
}
