CREATE TABLE "conversation" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "title" TEXT,
    "model" TEXT,
    "instructions" TEXT,
    "is_pinned" BOOLEAN NOT NULL DEFAULT false,
    "is_archived" BOOLEAN NOT NULL DEFAULT false,
    "head_message_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_activity_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "parent_id" UUID,
    "role" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "model" TEXT,
    "provider" TEXT,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "cost_micro_usd" BIGINT,
    "latency_ms" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "message_role_check" CHECK ("role" IN ('user', 'assistant')),
    CONSTRAINT "message_status_check" CHECK ("status" IN ('running', 'completed', 'stopped', 'failed'))
);

-- A running turn is rewritten every second (text, seq) and every lease third (lease_until). Neither column is indexed
-- and the pages keep room, so that both stay heap-only updates.
CREATE TABLE "turn" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "user_message_id" UUID NOT NULL,
    "assistant_message_id" UUID NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "plan" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "owner" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "lost_owners" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "seq" INTEGER NOT NULL DEFAULT 0,
    "stop_requested_at" TIMESTAMPTZ(3),
    "error_code" TEXT,
    "error_message" TEXT,
    "retry_after_s" INTEGER,
    "trace_parent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "turn_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "turn_plan_check" CHECK ("plan" IN ('free', 'pro', 'admin')),
    CONSTRAINT "turn_status_check" CHECK ("status" IN ('queued', 'running', 'completed', 'stopped', 'failed'))
) WITH (fillfactor = 60);

CREATE TABLE "model_call" (
    "id" UUID NOT NULL,
    "turn_id" UUID NOT NULL,
    "input_tokens" INTEGER NOT NULL,
    "output_tokens" INTEGER NOT NULL,
    "cost_micro_usd" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_call_pkey" PRIMARY KEY ("id")
);

-- A user's list, newest activity first, by keyset.
CREATE INDEX "conversation_user_id_is_archived_last_activity_at_id_idx" ON "conversation" ("user_id", "is_archived", "last_activity_at" DESC, "id" DESC);

-- The messages of a conversation, oldest first.
CREATE INDEX "message_conversation_id_created_at_id_idx" ON "message" ("conversation_id", "created_at", "id");
CREATE INDEX "message_parent_id_idx" ON "message" ("parent_id");

CREATE UNIQUE INDEX "turn_assistant_message_id_key" ON "turn" ("assistant_message_id");
CREATE INDEX "turn_conversation_id_idx" ON "turn" ("conversation_id");
CREATE INDEX "turn_user_message_id_idx" ON "turn" ("user_message_id");

-- All that runs: what the search for ended leases reads, and how many turns of a user run. Its size is the number of
-- running turns, whatever the number of turns ever made.
CREATE INDEX "turn_running_idx" ON "turn" ("user_id") WHERE "status" IN ('queued', 'running');

CREATE INDEX "model_call_turn_id_idx" ON "model_call" ("turn_id");

ALTER TABLE "message" ADD CONSTRAINT "message_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "message" ADD CONSTRAINT "message_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "message" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
ALTER TABLE "turn" ADD CONSTRAINT "turn_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "turn" ADD CONSTRAINT "turn_user_message_id_fkey" FOREIGN KEY ("user_message_id") REFERENCES "message" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "turn" ADD CONSTRAINT "turn_assistant_message_id_fkey" FOREIGN KEY ("assistant_message_id") REFERENCES "message" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "model_call" ADD CONSTRAINT "model_call_turn_id_fkey" FOREIGN KEY ("turn_id") REFERENCES "turn" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
