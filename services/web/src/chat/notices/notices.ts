import type { notificationsApi } from '@parley/contracts/public'

export type Notice = notificationsApi.Notification

export const unreadOf = (notices: readonly Notice[]): Notice[] => notices.filter(({ read }) => !read)

/** With one that just came, first and only once: it may have been in the list already. */
export const withNotice = (notices: readonly Notice[], notice: Notice): Notice[] => [
  notice,
  ...notices.filter(({ id }) => id !== notice.id),
]

export const markedRead = (notices: readonly Notice[], ids: readonly string[]): Notice[] =>
  notices.map((notice) => (ids.includes(notice.id) ? { ...notice, read: true } : notice))
