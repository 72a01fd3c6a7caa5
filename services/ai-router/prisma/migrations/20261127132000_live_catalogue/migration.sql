-- AlterTable
ALTER TABLE "model" ADD COLUMN     "capabilities" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'chat',
ADD COLUMN     "retired_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "provider" ADD COLUMN     "base_url" TEXT,
ADD COLUMN     "is_enabled" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'openai-compatible',
ADD COLUMN     "retired_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "catalogue_version" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "version" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "catalogue_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_key" (
    "id" UUID NOT NULL,
    "provider_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "master_key_id" TEXT NOT NULL,
    "masked" TEXT NOT NULL,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "route" (
    "wanted" TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    "is_hedged" BOOLEAN NOT NULL DEFAULT false,
    "cache_lifetime_s" INTEGER,
    "cache_max_temperature" DOUBLE PRECISION,
    "cache_scope" TEXT,

    CONSTRAINT "route_pkey" PRIMARY KEY ("wanted","plan")
);

-- CreateTable
CREATE TABLE "route_target" (
    "wanted" TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    "model_id" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "weight" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "route_target_pkey" PRIMARY KEY ("wanted","plan","model_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "provider_key_provider_id_key" ON "provider_key"("provider_id");

-- CreateIndex
CREATE INDEX "route_target_model_id_idx" ON "route_target"("model_id");

-- AddForeignKey
ALTER TABLE "provider_key" ADD CONSTRAINT "provider_key_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "route_target" ADD CONSTRAINT "route_target_wanted_plan_fkey" FOREIGN KEY ("wanted", "plan") REFERENCES "route"("wanted", "plan") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "route_target" ADD CONSTRAINT "route_target_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rules that Prisma's schema cannot state.
-- An OpenAI-compatible provider has no address of its own that everybody knows; from here on its record has one.
UPDATE "provider" SET "kind" = "id" WHERE "id" IN ('openai', 'anthropic');
ALTER TABLE "provider"
    ADD CONSTRAINT "provider_kind_known" CHECK ("kind" IN ('openai', 'anthropic', 'gemini', 'cohere', 'openai-compatible'));

ALTER TABLE "model"
    ALTER COLUMN "capabilities" SET NOT NULL,
    DROP CONSTRAINT "model_limits_positive",
    ADD CONSTRAINT "model_limits_positive" CHECK (
        "context_window" > 0 AND ("max_output_tokens" > 0 OR ("kind" = 'embedding' AND "max_output_tokens" = 0))
    ),
    ADD CONSTRAINT "model_kind_known" CHECK ("kind" IN ('chat', 'embedding')),
    ADD CONSTRAINT "model_capabilities_known" CHECK ("capabilities" <@ ARRAY['tools', 'images', 'json_schema']);

ALTER TABLE "route"
    ADD CONSTRAINT "route_plan_known" CHECK ("plan" IN ('free', 'pro')),
    ADD CONSTRAINT "route_cache_whole" CHECK (num_nulls("cache_lifetime_s", "cache_max_temperature", "cache_scope") IN (0, 3)),
    ADD CONSTRAINT "route_cache_sane" CHECK (
        "cache_lifetime_s" > 0 AND "cache_max_temperature" >= 0 AND "cache_scope" IN ('user', 'everybody')
    );
ALTER TABLE "route_target"
    ADD CONSTRAINT "route_target_sane" CHECK ("priority" > 0 AND "weight" > 0);

-- What the models that older versions brought along can do.
UPDATE "model" SET "capabilities" = ARRAY['tools', 'images', 'json_schema']
    WHERE "id" IN ('gpt-5.4-nano', 'gpt-5.4-mini', 'gpt-5.5', 'claude-haiku-4-5', 'claude-sonnet-5', 'claude-opus-5',
        'parley-guide', 'parley-guide-b');

-- The version counts every change of a row, whoever makes it: a replica that reads the same number twice has missed nothing.
INSERT INTO "catalogue_version" DEFAULT VALUES;
ALTER TABLE "catalogue_version" ADD CONSTRAINT "catalogue_version_is_one_row" CHECK ("id");
CREATE FUNCTION "count_catalogue_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "catalogue_version" SET "version" = "version" + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER "provider_is_counted" AFTER INSERT OR UPDATE OR DELETE ON "provider"
    FOR EACH ROW EXECUTE FUNCTION "count_catalogue_change"();
CREATE TRIGGER "provider_key_is_counted" AFTER INSERT OR UPDATE OR DELETE ON "provider_key"
    FOR EACH ROW EXECUTE FUNCTION "count_catalogue_change"();
CREATE TRIGGER "model_is_counted" AFTER INSERT OR UPDATE OR DELETE ON "model"
    FOR EACH ROW EXECUTE FUNCTION "count_catalogue_change"();
CREATE TRIGGER "price_is_counted" AFTER INSERT ON "price"
    FOR EACH ROW EXECUTE FUNCTION "count_catalogue_change"();
CREATE TRIGGER "route_is_counted" AFTER INSERT OR UPDATE OR DELETE ON "route"
    FOR EACH ROW EXECUTE FUNCTION "count_catalogue_change"();
CREATE TRIGGER "route_target_is_counted" AFTER INSERT OR UPDATE OR DELETE ON "route_target"
    FOR EACH ROW EXECUTE FUNCTION "count_catalogue_change"();
