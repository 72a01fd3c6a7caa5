-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "account" TEXT,
ADD COLUMN     "purpose" TEXT NOT NULL DEFAULT 'answer',
ALTER COLUMN "turn_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "turn_charge" (
    "turn_id" UUID NOT NULL,
    "call_id" UUID,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "turn_charge_pkey" PRIMARY KEY ("turn_id")
);

-- Until now every call was its user's.
UPDATE "usage_event" SET "account" = 'user';

ALTER TABLE "usage_event" DROP CONSTRAINT "usage_event_outcome_check";
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_outcome_check" CHECK ("outcome" IN ('completed', 'aborted', 'failed', 'lost'));
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_account_check" CHECK ("account" IN ('user', 'platform'));
-- Only an answer is ever a user's, and what is nobody's answer is the platform's from the beginning.
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_purpose_check" CHECK (
    "purpose" = 'answer' AND "turn_id" IS NOT NULL
    OR "purpose" IN ('title', 'summary') AND "account" IS NOT DISTINCT FROM 'platform'
);
-- What the platform's report reads: few rows beside the users'.
CREATE INDEX "usage_event_platform_idx" ON "usage_event" ("occurred_at") WHERE "account" = 'platform';
