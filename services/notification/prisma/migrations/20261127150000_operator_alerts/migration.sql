-- What a mail or notice says beyond its kind: figures, never a person.
ALTER TABLE "mail" ADD COLUMN     "details" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "notification" ADD COLUMN     "details" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "cost_alert" (
    "id" UUID NOT NULL,
    "calls" INTEGER NOT NULL,
    "cost_micro_usd" BIGINT NOT NULL,
    "threshold_micro_usd" BIGINT NOT NULL,
    "highest_micro_usd" BIGINT NOT NULL,
    "highest_call_id" UUID NOT NULL,
    "highest_model" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "cost_alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "cost_alert_told_at_idx" ON "cost_alert"("told_at");

-- One alert collects what comes until it is told.
CREATE UNIQUE INDEX "cost_alert_open_key" ON "cost_alert" (("told_at" IS NULL)) WHERE "told_at" IS NULL;
