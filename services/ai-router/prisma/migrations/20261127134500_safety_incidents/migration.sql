-- CreateTable
CREATE TABLE "safety_incident" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "turn_id" UUID,
    "plan" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "rules" TEXT[],
    "text_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "review_verdict" TEXT,
    "reviewed_by" UUID,
    "reviewed_at" TIMESTAMPTZ(3),

    CONSTRAINT "safety_incident_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "safety_incident_created_at_id_idx" ON "safety_incident"("created_at", "id");

-- CreateIndex
CREATE INDEX "safety_incident_user_id_idx" ON "safety_incident"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "safety_incident_call_id_side_category_key" ON "safety_incident"("call_id", "side", "category");

--- Rules that Prisma's schema cannot state.
ALTER TABLE "safety_incident"
    ADD CONSTRAINT "safety_incident_side_known" CHECK ("side" IN ('input', 'output')),
    ADD CONSTRAINT "safety_incident_action_known" CHECK ("action" IN ('flag', 'block')),
    ADD CONSTRAINT "safety_incident_review_known" CHECK ("review_verdict" IN ('confirmed', 'false_positive')),
    ADD CONSTRAINT "safety_incident_review_whole" CHECK (("review_verdict" IS NULL) = ("reviewed_at" IS NULL) AND ("review_verdict" IS NULL) = ("reviewed_by" IS NULL)),
    ADD CONSTRAINT "safety_incident_score_in_range" CHECK ("score" BETWEEN 0 AND 1);
