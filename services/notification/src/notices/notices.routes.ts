import { commonApi, notificationsApi } from '@parley/contracts'
import { type App, decodeCursor, requireUser, toPage } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../errors.ts'
import { toNotification } from './notice.ts'
import type { NoticeStore } from './notices.store.ts'

const tags = ['notifications']
const params = z.object({ id: commonApi.id })

export function noticeRoutes(app: App, { notices }: { notices: NoticeStore }): void {
  app.get(
    '/api/v1/notifications',
    { schema: { tags, querystring: commonApi.pageQuery, response: { 200: commonApi.page(notificationsApi.notification) } } },
    async (request) => {
      const { limit, cursor } = request.query
      const before = cursor === undefined ? undefined : decodeCursor(cursor).id
      const rows = await notices.list({ userId: requireUser(request).userId, before, limit: limit + 1 })
      return toPage(rows, limit, ({ createdAt, id }) => ({ time: createdAt, id }), toNotification)
    },
  )

  app.patch(
    '/api/v1/notifications/:id',
    { schema: { tags, params, body: notificationsApi.updateNotificationBody, response: { 200: notificationsApi.notificationReply } } },
    async (request) => {
      const row = await notices.setRead(requireUser(request).userId, request.params.id, request.body.read)
      if (!row) throw errors.notification_not_found()
      return { notification: toNotification(row) }
    },
  )
}
