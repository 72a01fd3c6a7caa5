-- CreateTable
CREATE TABLE "plan" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "monthly_price_cents" INTEGER,
    "yearly_price_cents" INTEGER,
    "features" TEXT[],
    "position" INTEGER NOT NULL,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "user_id" UUID NOT NULL,
    "plan_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "current_period_end" TIMESTAMPTZ(3),
    "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "subscription_plan_id_idx" ON "subscription"("plan_id");

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "subscription" ADD CONSTRAINT "subscription_status_check" CHECK ("status" IN ('active', 'past_due', 'canceled'));

INSERT INTO "plan" ("id", "name", "description", "monthly_price_cents", "yearly_price_cents", "features", "position") VALUES
  ('free', 'Free', 'For getting to know Parley.', NULL, NULL, ARRAY['Fast everyday models', 'Full history and search', 'Continues where you left off on any device'], 1),
  ('pro', 'Pro', 'For daily work.', 2000, 20000, ARRAY['All models, the strongest included', 'Ten times the messages an hour', 'Twenty times the messages a day'], 2);
