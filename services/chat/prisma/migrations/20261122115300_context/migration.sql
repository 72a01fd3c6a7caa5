-- AlterTable: who made a title. Of those that are there nobody knows, so they stay as they are.
ALTER TABLE "conversation" ADD COLUMN "title_by" TEXT;
ALTER TABLE "conversation" ADD COLUMN "opening_summary" TEXT;

UPDATE "conversation" SET "title_by" = 'user' WHERE "title" IS NOT NULL;

-- CreateTable
CREATE TABLE "summary" (
    "message_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "summary_pkey" PRIMARY KEY ("message_id")
);

-- CreateTable
CREATE TABLE "chore" (
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "chore_pkey" PRIMARY KEY ("kind", "subject_id")
);

-- CreateTable
CREATE TABLE "user_instructions" (
    "user_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_instructions_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "summary_conversation_id_idx" ON "summary"("conversation_id");

-- CreateIndex
CREATE INDEX "chore_conversation_id_idx" ON "chore"("conversation_id");

-- AddForeignKey
ALTER TABLE "summary" ADD CONSTRAINT "summary_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "summary" ADD CONSTRAINT "summary_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chore" ADD CONSTRAINT "chore_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
