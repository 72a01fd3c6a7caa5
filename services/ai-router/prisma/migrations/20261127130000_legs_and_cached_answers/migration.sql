-- AlterTable
ALTER TABLE "ai_call" ADD COLUMN     "is_cached" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "leg" INTEGER;

-- CreateTable
CREATE TABLE "ai_leg" (
    "call_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "failure" TEXT,
    "input_tokens" BIGINT,
    "cached_input_tokens" BIGINT,
    "output_tokens" BIGINT,
    "cost_micro_usd" BIGINT,
    "price_id" TEXT,
    "is_estimated" BOOLEAN,
    "latency_ms" INTEGER NOT NULL,

    CONSTRAINT "ai_leg_pkey" PRIMARY KEY ("call_id","number")
);

-- CreateTable
CREATE TABLE "cached_answer" (
    "key" BYTEA NOT NULL,
    "user_id" UUID,
    "model" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "price_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cached_answer_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "ai_leg_price_id_idx" ON "ai_leg"("price_id");

-- CreateIndex
CREATE INDEX "cached_answer_user_id_idx" ON "cached_answer"("user_id");

-- CreateIndex
CREATE INDEX "cached_answer_expires_at_idx" ON "cached_answer"("expires_at");

-- AddForeignKey
ALTER TABLE "ai_leg" ADD CONSTRAINT "ai_leg_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "ai_call"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_leg" ADD CONSTRAINT "ai_leg_price_id_fkey" FOREIGN KEY ("price_id") REFERENCES "price"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rules that Prisma's schema cannot state.
ALTER TABLE "ai_leg"
    ADD CONSTRAINT "ai_leg_outcome_known" CHECK ("outcome" IN ('completed', 'aborted', 'failed', 'outrun')),
    ADD CONSTRAINT "ai_leg_figures_whole" CHECK (
        num_nulls("input_tokens", "cached_input_tokens", "output_tokens", "cost_micro_usd", "price_id", "is_estimated") IN (0, 6)
    ),
    ADD CONSTRAINT "ai_leg_figures_sane" CHECK (
        "cached_input_tokens" BETWEEN 0 AND "input_tokens" AND "output_tokens" >= 0 AND "cost_micro_usd" >= 0
    );
