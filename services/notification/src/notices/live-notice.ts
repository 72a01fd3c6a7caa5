import { liveUserSubject, type socketApi } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { type NoticeRow, toNotification } from './notice.ts'

/** Shows a notice in the windows the person has open now; whoever has none finds it in the list. */
export function showLive(bus: Bus, notice: NoticeRow): void {
  const message: socketApi.ServerMessage = { type: 'notification', notification: toNotification(notice) }
  bus.publishLive(liveUserSubject(notice.userId), new TextEncoder().encode(JSON.stringify(message)))
}
