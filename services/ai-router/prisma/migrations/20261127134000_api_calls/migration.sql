-- Calls over the public API: of a user, and of no turn.
ALTER TABLE "ai_call" DROP CONSTRAINT "ai_call_purpose_known";
ALTER TABLE "ai_call" ADD CONSTRAINT "ai_call_purpose_known" CHECK ("purpose" IN ('answer', 'title', 'summary', 'api'));
