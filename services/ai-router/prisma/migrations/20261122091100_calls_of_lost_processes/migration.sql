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

-- The progress of a running call is written every few seconds: with room on its page that touches no index. For the same
-- reason `heard_at` has none; running calls are few, and `ai_call_running_idx` finds them.
ALTER TABLE "ai_call" SET (fillfactor = 85);
