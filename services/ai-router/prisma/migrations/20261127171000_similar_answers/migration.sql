-- AlterTable
ALTER TABLE "route" ADD COLUMN     "cache_min_similarity" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "cached_question" (
    "key" BYTEA NOT NULL,
    "scope" BYTEA NOT NULL,
    "question" TEXT NOT NULL,
    "vector" BYTEA NOT NULL,
    "bands" INTEGER[],

    CONSTRAINT "cached_question_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "cached_question_bands_idx" ON "cached_question" USING GIN ("bands");

-- AddForeignKey
ALTER TABLE "cached_question" ADD CONSTRAINT "cached_question_key_fkey" FOREIGN KEY ("key") REFERENCES "cached_answer"("key") ON DELETE CASCADE ON UPDATE CASCADE;

-- Rules that Prisma's schema cannot state.
ALTER TABLE "route"
    ADD CONSTRAINT "route_cache_similarity_sane" CHECK (
        "cache_min_similarity" IS NULL OR ("cache_lifetime_s" IS NOT NULL AND "cache_min_similarity" BETWEEN 0 AND 1)
    );
ALTER TABLE "cached_question"
    ADD CONSTRAINT "cached_question_vector_whole" CHECK (octet_length("vector") = 512);
