-- AlterTable
ALTER TABLE "usage_event" ADD COLUMN     "is_cached" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "wasted_leg" (
    "call_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "cached_input_tokens" BIGINT NOT NULL,
    "cost_micro_usd" BIGINT NOT NULL,
    "price_id" TEXT NOT NULL,
    "is_estimated" BOOLEAN NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wasted_leg_pkey" PRIMARY KEY ("call_id","number")
);

-- CreateTable
CREATE TABLE "cost_notice" (
    "day" DATE NOT NULL,
    "subject" TEXT NOT NULL,

    CONSTRAINT "cost_notice_pkey" PRIMARY KEY ("day","subject")
);

-- CreateIndex
CREATE INDEX "wasted_leg_user_id_occurred_at_idx" ON "wasted_leg"("user_id", "occurred_at");

-- CreateIndex
CREATE INDEX "wasted_leg_occurred_at_idx" ON "wasted_leg"("occurred_at");

-- CreateIndex
CREATE INDEX "usage_event_occurred_at_idx" ON "usage_event"("occurred_at");
