-- CreateTable
CREATE TABLE "blocked_text" (
    "call_id" UUID NOT NULL,
    "side" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "blocked_text_pkey" PRIMARY KEY ("call_id","side","category")
);

-- CreateTable
CREATE TABLE "abuse_finding" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "abuse_finding_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "blocked_text_user_id_occurred_at_idx" ON "blocked_text"("user_id", "occurred_at");

-- CreateIndex
CREATE INDEX "blocked_text_occurred_at_idx" ON "blocked_text"("occurred_at");

-- CreateIndex
CREATE INDEX "abuse_finding_user_id_kind_occurred_at_idx" ON "abuse_finding"("user_id", "kind", "occurred_at");

-- CreateIndex
CREATE INDEX "abuse_finding_occurred_at_idx" ON "abuse_finding"("occurred_at");
