import type { NewNotice } from '../notices/notice.ts'

/** Welcomes somebody once, whichever event says first that the account is ready. */
export const welcomeTo = (userId: string) => ({ dedupeKey: `welcome:${userId}`, userId, kind: 'welcome' }) as const satisfies NewNotice
