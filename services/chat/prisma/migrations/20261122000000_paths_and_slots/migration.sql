-- AlterTable: how deep a message stands in its tree, so that the length of a branch needs no climbing.
ALTER TABLE "message" ADD COLUMN "depth" INTEGER NOT NULL DEFAULT 1;

WITH RECURSIVE tree AS (
  SELECT "id", 1 AS "depth" FROM "message" WHERE "parent_id" IS NULL
  UNION ALL
  SELECT m."id", tree."depth" + 1 FROM tree JOIN "message" m ON m."parent_id" = tree."id"
)
UPDATE "message" m SET "depth" = tree."depth" FROM tree WHERE m."id" = tree."id" AND tree."depth" > 1;

-- AlterTable
ALTER TABLE "conversation" ADD COLUMN "path_length" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "conversation" ADD COLUMN "continued_from" UUID;

UPDATE "conversation" c SET "path_length" = m."depth" FROM "message" m WHERE m."id" = c."head_message_id";

-- AlterTable: the place a turn takes among those of its user, running ones first. Two turns that ask for the same place
-- at once meet at the index: a user's limit holds on any number of replicas.
ALTER TABLE "turn" ADD COLUMN "slot" INTEGER;

UPDATE "turn" t SET "slot" = numbered."slot"
FROM (
  SELECT "id", row_number() OVER (PARTITION BY "user_id" ORDER BY "created_at") AS "slot" FROM "turn" WHERE "status" IN ('queued', 'running')
) AS numbered
WHERE t."id" = numbered."id";

DROP INDEX "turn_running_idx";

CREATE UNIQUE INDEX "turn_user_id_slot_key" ON "turn" ("user_id", "slot") WHERE "status" IN ('queued', 'running');

-- The branches of a conversation's first message.
CREATE INDEX "message_conversation_id_root_idx" ON "message" ("conversation_id") WHERE "parent_id" IS NULL;

-- AlterTable: how long the text was after each frame, so that a reader is given exactly what he has not seen.
ALTER TABLE "turn" ADD COLUMN "marks_from_seq" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "turn" ADD COLUMN "marks" BYTEA;
