import type { Position } from '@parley/service-kit'
import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts'
import { containing } from '../lists/containing.ts'
import { isOlder } from '../lists/positions.ts'
import type { ConversationRow } from './conversation.ts'

export interface ConversationFilter {
  userId: string
  isArchived: boolean
  isPinned?: boolean
  titlePart?: string
  before?: Position
  limit: number
}

export interface NewConversation {
  id: string
  userId: string
  title?: string | null
  titleBy?: TitleMaker
  model?: string | null
  instructions?: string | null
  continuedFrom?: string
  openingSummary?: string | null
}

/** Null: a model may still make one. */
export type TitleMaker = 'user' | 'model' | null

export interface ConversationChanges {
  title?: string
  titleBy?: TitleMaker
  model?: string | null
  instructions?: string | null
  isPinned?: boolean
  isArchived?: boolean
}

/** A ConversationRow. */
export const conversationColumns = Prisma.sql`
  id, title, model, instructions, is_pinned AS "isPinned", is_archived AS "isArchived", head_message_id AS "headMessageId",
  path_length AS "pathLength", continued_from AS "continuedFrom", created_at AS "createdAt", last_activity_at AS "lastActivityAt"`

export type ConversationStore = ReturnType<typeof createConversationStore>

/** Every query names the owner: somebody else's conversation is as good as none. */
export function createConversationStore(prisma: PrismaClient) {
  return {
    create(row: NewConversation): Promise<ConversationRow> {
      return prisma.conversation.create({ data: row })
    },

    find(userId: string, id: string): Promise<ConversationRow | null> {
      return prisma.conversation.findFirst({ where: { id, userId } })
    },

    /** Newest activity first. */
    list({ userId, isArchived, isPinned, titlePart, before, limit }: ConversationFilter): Promise<ConversationRow[]> {
      const pattern = containing(titlePart)
      return prisma.$queryRaw<ConversationRow[]>`
        SELECT ${conversationColumns}
        FROM conversation
        WHERE user_id = ${userId}::uuid AND is_archived = ${isArchived}
          AND ${isOlder(Prisma.sql`last_activity_at, id`, before)}
          AND (${isPinned ?? null}::boolean IS NULL OR is_pinned = ${isPinned ?? null}::boolean)
          AND (${pattern}::text IS NULL OR title ILIKE ${pattern}::text)
        ORDER BY last_activity_at DESC, id DESC
        LIMIT ${limit}`
    },

    async update(userId: string, id: string, changes: ConversationChanges): Promise<ConversationRow | null> {
      const [row] = await prisma.conversation.updateManyAndReturn({ where: { id, userId }, data: changes })
      return row ?? null
    },
  }
}
