-- A call over the public API belongs to no turn, and its own end says at once who pays for it.
ALTER TABLE "usage_event" DROP CONSTRAINT "usage_event_purpose_check";
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_purpose_check" CHECK (
    "purpose" = 'answer' AND "turn_id" IS NOT NULL
    OR "purpose" IN ('title', 'summary') AND "account" IS NOT DISTINCT FROM 'platform'
    OR "purpose" = 'api' AND "turn_id" IS NULL AND "account" IS NOT NULL
);
