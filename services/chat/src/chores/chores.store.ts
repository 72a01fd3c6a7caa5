import { type Sql, unhurried } from '@parley/database'

/** Something that has to be done once in the background, on whichever replica. */
export interface Chore {
  kind: 'title' | 'summary'
  subjectId: string
  conversationId: string
  userId: string
}

/** Longer than any chore takes: who claimed it and is not heard of by then is gone. */
const CLAIM_S = 120
const RETRY_AFTER_S = 30
/** What has failed so often fails for a reason that waiting does not mend. */
const MAX_ATTEMPTS = 5

export type ChoreStore = ReturnType<typeof createChoreStore>

export function createChoreStore(sql: Sql) {
  /** False when it is done, somebody else does it, it failed a moment ago or too often, or the conversation is gone. */
  async function claim({ kind, subjectId, conversationId, userId }: Chore): Promise<boolean> {
    const claimed = await sql.$executeRaw`
      INSERT INTO chore (kind, subject_id, conversation_id, not_before)
      SELECT ${kind}, ${subjectId}::uuid, id, now() + ${CLAIM_S}::integer * interval '1 second'
      FROM ${unhurried}, conversation WHERE id = ${conversationId}::uuid AND user_id = ${userId}::uuid
      ON CONFLICT (kind, subject_id) DO UPDATE SET attempts = chore.attempts + 1, not_before = excluded.not_before
      WHERE chore.done_at IS NULL AND chore.not_before <= now() AND chore.attempts < ${MAX_ATTEMPTS}::integer`
    return claimed === 1
  }

  // A chore that a crash of Postgres forgets is done once more.
  const finish = ({ kind, subjectId }: Chore) => sql.$executeRaw`
    UPDATE chore SET done_at = now() FROM ${unhurried} WHERE kind = ${kind} AND subject_id = ${subjectId}::uuid`

  const putOff = ({ kind, subjectId }: Chore) => sql.$executeRaw`
    UPDATE chore SET not_before = now() + attempts * ${RETRY_AFTER_S}::integer * interval '1 second'
    WHERE kind = ${kind} AND subject_id = ${subjectId}::uuid AND done_at IS NULL`

  return {
    /** Does the work, unless somebody else has it. Work that throws may be done again later. False when it was not done here. */
    async once(chore: Chore, work: () => Promise<unknown>): Promise<boolean> {
      if (!(await claim(chore))) return false
      try {
        await work()
      } catch (error) {
        // When even this fails, the claim runs out by itself.
        await putOff(chore).catch(() => {})
        throw error
      }
      await finish(chore)
      return true
    },
  }
}
