import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events, type safetyApi } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import type { Position } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import type { Prisma, PrismaClient } from '../../../prisma/generated/client.ts'
import type { Incident } from './incident.ts'

export interface IncidentFilter {
  category?: safetyApi.SafetyCategory
  action?: 'flag' | 'block'
  isReviewed?: boolean
}

export type IncidentRow = Prisma.SafetyIncidentGetPayload<object>
export type IncidentStore = ReturnType<typeof createIncidentStore>

export function createIncidentStore(prisma: PrismaClient, sql: Sql) {
  return {
    /** Keeps an incident and, when a text was refused for it, says so to whoever counts abuse: both or none, and once. */
    async add({ userId, callId, turnId, plan, verdict, textHash }: Incident): Promise<void> {
      const { side, category, action, score, rules } = verdict
      await sql.$transaction(async (tx) => {
        const [added] = await tx.$queryRaw<{ createdAt: Date }[]>`
          INSERT INTO safety_incident (id, user_id, call_id, turn_id, plan, side, category, action, score, rules, text_hash)
          VALUES (${newId()}::uuid, ${userId}::uuid, ${callId}::uuid, ${turnId || null}::uuid, ${plan}, ${side}, ${category}, ${action},
            ${Math.round(score * 1_000) / 1_000}::float8, ${[...rules]}::text[], ${textHash})
          ON CONFLICT (call_id, side, category) DO NOTHING
          RETURNING created_at AS "createdAt"`
        if (!added || action !== 'block') return
        const message = { callId, turnId, userId, category, side, occurredAt: timestampFromDate(added.createdAt) }
        await publishEvent(tx, events.contentBlocked, { aggregateId: userId, message })
      })
    },

    /** The newest first. */
    list({ category, action, isReviewed }: IncidentFilter, before: Position | undefined, limit: number): Promise<IncidentRow[]> {
      const older = before && {
        OR: [{ createdAt: { lt: before.time } }, { createdAt: before.time, id: { lt: before.id } }],
      }
      const reviewed = isReviewed === undefined ? undefined : isReviewed ? { not: null } : null
      return prisma.safetyIncident.findMany({
        where: { category, action, reviewVerdict: reviewed, ...older },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      })
    },

    /** Null when there is no such incident. The last review counts. */
    async review(id: string, verdict: safetyApi.ReviewVerdict, reviewedBy: string): Promise<IncidentRow | null> {
      const [row] = await prisma.safetyIncident.updateManyAndReturn({
        where: { id },
        data: { reviewVerdict: verdict, reviewedBy, reviewedAt: new Date() },
      })
      return row ?? null
    },

    /** Deletes a batch of what is older than `days` by the database's clock; returns how many that were. */
    deleteOld(days: number, batch: number): Promise<number> {
      return sql.$executeRaw`
        DELETE FROM safety_incident WHERE id IN (
          SELECT id FROM safety_incident WHERE created_at < now() - make_interval(days => ${days}::int) ORDER BY created_at LIMIT ${batch}::int)`
    },
  }
}
