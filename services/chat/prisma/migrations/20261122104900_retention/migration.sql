-- CreateTable
CREATE TABLE "retention_choice" (
    "user_id" UUID NOT NULL,
    "choice" TEXT NOT NULL,
    "version" BIGINT NOT NULL,

    CONSTRAINT "retention_choice_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "retention_choice_choice_check" CHECK ("choice" IN ('keep', 'six_months'))
);

-- The users whose old conversations are looked for. Each one's are then found by the index of the conversation list.
CREATE INDEX "retention_choice_six_months_idx" ON "retention_choice" ("user_id") WHERE "choice" = 'six_months';

-- CreateTable
CREATE TABLE "retention_round" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "owner" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "retention_round_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "retention_round_one_row_check" CHECK ("id" = 1)
);
