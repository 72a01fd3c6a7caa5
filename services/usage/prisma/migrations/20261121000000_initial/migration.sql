-- CreateTable
CREATE TABLE "entitlement" (
    "user_id" UUID NOT NULL,
    "plan" TEXT NOT NULL,
    "version" BIGINT NOT NULL,

    CONSTRAINT "entitlement_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "reservation" (
    "turn_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("turn_id")
);

-- CreateTable
CREATE TABLE "quota_notice" (
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "percent" INTEGER NOT NULL,

    CONSTRAINT "quota_notice_pkey" PRIMARY KEY ("user_id","day","percent")
);

-- CreateTable
CREATE TABLE "usage_event" (
    "call_id" UUID NOT NULL,
    "turn_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "cached_input_tokens" BIGINT NOT NULL,
    "cost_micro_usd" BIGINT NOT NULL,
    "price_id" TEXT NOT NULL,
    "is_estimated" BOOLEAN NOT NULL,
    "latency_ms" BIGINT NOT NULL,
    "first_token_ms" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_event_pkey" PRIMARY KEY ("call_id")
);

-- CreateIndex
CREATE INDEX "reservation_user_id_created_at_idx" ON "reservation"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "usage_event_user_id_occurred_at_idx" ON "usage_event"("user_id", "occurred_at");

-- CreateIndex
CREATE INDEX "usage_event_turn_id_idx" ON "usage_event"("turn_id");

ALTER TABLE "entitlement" ADD CONSTRAINT "entitlement_plan_check" CHECK ("plan" IN ('free', 'pro'));
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_status_check" CHECK ("status" IN ('reserved', 'settled', 'released'));
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_outcome_check" CHECK ("outcome" IN ('completed', 'aborted', 'failed'));
ALTER TABLE "usage_event" ADD CONSTRAINT "usage_event_cost_check" CHECK ("cost_micro_usd" >= 0);

-- What the reaper looks for: few rows, whatever the history.
CREATE INDEX "reservation_open_idx" ON "reservation" ("expires_at") WHERE "status" = 'reserved';
