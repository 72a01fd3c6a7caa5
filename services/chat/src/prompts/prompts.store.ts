import type { Position } from '@parley/service-kit'
import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts'
import { containing } from '../lists/containing.ts'
import { isOlder } from '../lists/positions.ts'
import type { PromptRow, PromptVersionRow, Reader } from './prompt.ts'

export interface PromptFilter {
  userId: string
  namePart?: string
  before?: Position
  limit: number
}

export interface PromptChanges {
  name?: string
  text?: string
  isShared?: boolean
}

const columns = Prisma.sql`
  id, user_id AS "userId", name, text, is_shared AS "isShared", version, created_at AS "createdAt", updated_at AS "updatedAt"`

/** Everybody reads what is shared. */
const isReadable = (userId: string) => Prisma.sql`(user_id = ${userId}::uuid OR is_shared)`

/** Admins change what is shared, whoever made it; everything else is its owner's alone. */
const isChangeable = ({ userId, role }: Reader) =>
  Prisma.sql`CASE WHEN is_shared THEN ${role === 'admin'}::boolean ELSE user_id = ${userId}::uuid END`

export type PromptStore = ReturnType<typeof createPromptStore>

export function createPromptStore(prisma: PrismaClient) {
  return {
    /** With its first version. Null when the user has `limit` prompts already, also when several come at once. */
    create(
      prompt: { id: string; userId: string; name: string; text: string; isShared: boolean },
      limit: number,
    ): Promise<PromptRow | null> {
      const { id, userId, name, text, isShared } = prompt
      return prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`prompts of ${userId}`}, 0))`
        const [row] = await tx.$queryRaw<PromptRow[]>`
          WITH made AS (
            INSERT INTO prompt (id, user_id, name, text, is_shared)
            SELECT ${id}::uuid, ${userId}::uuid, ${name}::text, ${text}::text, ${isShared}::boolean
            WHERE (SELECT count(*) FROM prompt WHERE user_id = ${userId}::uuid) < ${limit}::integer
            RETURNING *
          ), versioned AS (
            INSERT INTO prompt_version (prompt_id, version, name, text, created_at) SELECT id, version, name, text, updated_at FROM made
          )
          SELECT ${columns} FROM made`
        return row ?? null
      })
    },

    async find(userId: string, id: string): Promise<PromptRow | null> {
      const [row] = await prisma.$queryRaw<PromptRow[]>`
        SELECT ${columns} FROM prompt WHERE id = ${id}::uuid AND ${isReadable(userId)}`
      return row ?? null
    },

    /** Own and shared ones, newest change first. Two branches, so that each is carried by its index. */
    list({ userId, namePart, before, limit }: PromptFilter): Promise<PromptRow[]> {
      const pattern = containing(namePart)
      const page = Prisma.sql`
        ${isOlder(Prisma.sql`updated_at, id`, before)}
        AND (${pattern}::text IS NULL OR name ILIKE ${pattern}::text)
        ORDER BY updated_at DESC, id DESC LIMIT ${limit}`
      return prisma.$queryRaw<PromptRow[]>`
        SELECT ${columns} FROM (
          (SELECT * FROM prompt WHERE user_id = ${userId}::uuid AND ${page})
          UNION ALL
          (SELECT * FROM prompt WHERE is_shared AND user_id <> ${userId}::uuid AND ${page})
        ) AS readable
        ORDER BY updated_at DESC, id DESC LIMIT ${limit}`
    },

    /** A new name or text is a new version. Null when the reader may not change it, or there is none. */
    async change(reader: Reader, id: string, { name, text, isShared }: PromptChanges): Promise<PromptRow | null> {
      const after = {
        name: Prisma.sql`coalesce(${name ?? null}::text, name)`,
        text: Prisma.sql`coalesce(${text ?? null}::text, text)`,
        isShared: Prisma.sql`coalesce(${isShared ?? null}::boolean, is_shared)`,
      }
      const [row] = await prisma.$queryRaw<PromptRow[]>`
        WITH changed AS (
          UPDATE prompt
          SET name = ${after.name}, text = ${after.text}, is_shared = ${after.isShared},
              version = version + ((name, text) <> (${after.name}, ${after.text}))::integer,
              updated_at = CASE WHEN (name, text, is_shared) = (${after.name}, ${after.text}, ${after.isShared}) THEN updated_at ELSE now() END
          WHERE id = ${id}::uuid AND ${isChangeable(reader)}
          RETURNING *
        ), versioned AS (
          INSERT INTO prompt_version (prompt_id, version, name, text, created_at)
          SELECT id, version, name, text, updated_at FROM changed
          ON CONFLICT DO NOTHING
        )
        SELECT ${columns} FROM changed`
      return row ?? null
    },

    /** False when the reader may not, or there is none. */
    async delete(reader: Reader, id: string): Promise<boolean> {
      return (await prisma.$executeRaw`DELETE FROM prompt WHERE id = ${id}::uuid AND ${isChangeable(reader)}`) > 0
    },

    /** Newest first; of a prompt that the reader has been found to read. */
    listVersions(promptId: string, { before, limit }: { before?: number; limit: number }): Promise<PromptVersionRow[]> {
      return prisma.promptVersion.findMany({
        where: { promptId, version: before === undefined ? undefined : { lt: before } },
        orderBy: { version: 'desc' },
        take: limit,
        select: { version: true, name: true, text: true, createdAt: true },
      })
    },

    findVersion(promptId: string, version: number): Promise<PromptVersionRow | null> {
      return prisma.promptVersion.findUnique({
        where: { promptId_version: { promptId, version } },
        select: { version: true, name: true, text: true, createdAt: true },
      })
    },
  }
}
