import { z } from 'zod'
import { id, time } from './common.ts'

/** Something a person is told inside the app. */
export const notification = z.object({
  id,
  /** What it is about, a stable word: `welcome`. */
  kind: z.string(),
  title: z.string(),
  /** Plain text; may be empty. */
  body: z.string(),
  /** A path of the web app; null when there is nowhere to go. */
  link: z.string().nullable(),
  read: z.boolean(),
  createdAt: time,
})
export type Notification = z.infer<typeof notification>

export const updateNotificationBody = z.strictObject({ read: z.boolean() })
export const notificationReply = z.object({ notification })
