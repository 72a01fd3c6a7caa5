-- CreateTable
CREATE TABLE "share" (
    "conversation_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT,
    "head_message_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "share_pkey" PRIMARY KEY ("conversation_id")
);

CREATE UNIQUE INDEX "share_slug_key" ON "share" ("slug");
CREATE INDEX "share_head_message_id_idx" ON "share" ("head_message_id");

ALTER TABLE "share" ADD CONSTRAINT "share_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "share" ADD CONSTRAINT "share_head_message_id_fkey" FOREIGN KEY ("head_message_id") REFERENCES "message" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "message_feedback" (
    "message_id" UUID NOT NULL,
    "value" SMALLINT NOT NULL,
    "comment" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_feedback_pkey" PRIMARY KEY ("message_id"),
    CONSTRAINT "message_feedback_value_check" CHECK ("value" IN (-1, 1))
);

ALTER TABLE "message_feedback" ADD CONSTRAINT "message_feedback_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
