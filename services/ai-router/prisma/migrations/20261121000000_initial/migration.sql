-- CreateTable
CREATE TABLE "provider" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "provider_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model" (
    "id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "vendor_model" TEXT NOT NULL,
    "context_window" INTEGER NOT NULL,
    "max_output_tokens" INTEGER NOT NULL,
    "plan" TEXT NOT NULL,
    "is_simulated" BOOLEAN NOT NULL DEFAULT false,
    "accepts_prefill" BOOLEAN NOT NULL DEFAULT false,
    "default_rank" INTEGER,
    "position" INTEGER NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price" (
    "id" TEXT NOT NULL,
    "model_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "input_micro_usd_per_million" BIGINT NOT NULL,
    "cached_input_micro_usd_per_million" BIGINT NOT NULL,
    "output_micro_usd_per_million" BIGINT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_call" (
    "id" UUID NOT NULL,
    "turn_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "plan" TEXT NOT NULL,
    "model" TEXT,
    "provider" TEXT,
    "outcome" TEXT NOT NULL DEFAULT 'running',
    "failure" TEXT,
    "input_tokens" BIGINT,
    "cached_input_tokens" BIGINT,
    "output_tokens" BIGINT,
    "cost_micro_usd" BIGINT,
    "price_id" TEXT,
    "is_estimated" BOOLEAN,
    "latency_ms" INTEGER,
    "first_token_ms" INTEGER,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_call_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "model_provider_id_idx" ON "model"("provider_id");

-- CreateIndex
CREATE UNIQUE INDEX "price_model_id_version_key" ON "price"("model_id", "version");

-- CreateIndex
CREATE INDEX "ai_call_turn_id_idx" ON "ai_call"("turn_id");

-- CreateIndex
CREATE INDEX "ai_call_user_id_started_at_idx" ON "ai_call"("user_id", "started_at");

-- CreateIndex
CREATE INDEX "ai_call_price_id_idx" ON "ai_call"("price_id");

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_call" ADD CONSTRAINT "ai_call_price_id_fkey" FOREIGN KEY ("price_id") REFERENCES "price"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rules that Prisma's schema cannot state.
ALTER TABLE "model"
    ADD CONSTRAINT "model_plan_known" CHECK ("plan" IN ('free', 'pro')),
    ADD CONSTRAINT "model_limits_positive" CHECK ("context_window" > 0 AND "max_output_tokens" > 0);

ALTER TABLE "price"
    ADD CONSTRAINT "price_id_names_its_version" CHECK ("id" = "model_id" || '@' || "version"),
    ADD CONSTRAINT "price_not_negative" CHECK (
        "input_micro_usd_per_million" >= 0
        AND "cached_input_micro_usd_per_million" >= 0
        AND "output_micro_usd_per_million" >= 0
    );

-- A call names the version it was rated with: changing a version would change what calls of the past have cost (B-2).
CREATE FUNCTION "refuse_price_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'prices are never changed: insert a new version';
END
$$;
CREATE TRIGGER "price_is_immutable" BEFORE UPDATE OR DELETE ON "price"
    FOR EACH ROW EXECUTE FUNCTION "refuse_price_change"();

ALTER TABLE "ai_call"
    ADD CONSTRAINT "ai_call_outcome_known" CHECK ("outcome" IN ('running', 'completed', 'aborted', 'failed')),
    ADD CONSTRAINT "ai_call_ended" CHECK (("outcome" = 'running') = ("ended_at" IS NULL)),
    -- Figures are there all together or not at all, and a cost always names its price.
    ADD CONSTRAINT "ai_call_figures_whole" CHECK (
        num_nulls("input_tokens", "cached_input_tokens", "output_tokens", "cost_micro_usd", "price_id", "is_estimated") IN (0, 6)
    ),
    ADD CONSTRAINT "ai_call_figures_sane" CHECK (
        "cached_input_tokens" BETWEEN 0 AND "input_tokens" AND "output_tokens" >= 0 AND "cost_micro_usd" >= 0
    );

-- Calls of processes that were killed.
CREATE INDEX "ai_call_running_idx" ON "ai_call" ("started_at") WHERE "outcome" = 'running';
