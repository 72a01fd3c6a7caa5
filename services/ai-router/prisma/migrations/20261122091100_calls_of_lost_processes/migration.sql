-- AlterTable
ALTER TABLE "ai_call" ADD COLUMN     "heard_at" TIMESTAMPTZ(3),
ADD COLUMN     "purpose" TEXT NOT NULL DEFAULT 'answer',
ALTER COLUMN "turn_id" DROP NOT NULL;

--- Rules that Prisma's schema cannot state.
ALTER TABLE "ai_call" DROP CONSTRAINT "ai_call_outcome_known";
ALTER TABLE "ai_call"
    ADD CONSTRAINT "ai_call_outcome_known" CHECK ("outcome" IN ('running', 'completed', 'aborted', 'failed', 'lost')),
    ADD CONSTRAINT "ai_call_purpose_known" CHECK ("purpose" IN ('answer', 'title', 'summary')),
    ADD CONSTRAINT "ai_call_answers_a_turn" CHECK ("purpose" <> 'answer' OR "turn_id" IS NOT NULL);

-- Calls whose process has not been heard of for a while. Rows of a version that does not say that it lives have no
-- `heard_at`: they are not looked for.
DROP INDEX "ai_call_running_idx";
CREATE INDEX "ai_call_running_idx" ON "ai_call" ("heard_at") WHERE "outcome" = 'running';
