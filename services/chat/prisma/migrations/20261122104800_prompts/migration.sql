-- CreateTable
CREATE TABLE "prompt" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "is_shared" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prompt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "prompt_version" (
    "prompt_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prompt_version_pkey" PRIMARY KEY ("prompt_id", "version")
);

-- A user's own prompts, newest change first; and everybody's.
CREATE INDEX "prompt_user_id_updated_at_id_idx" ON "prompt" ("user_id", "updated_at" DESC, "id" DESC);
CREATE INDEX "prompt_shared_idx" ON "prompt" ("updated_at" DESC, "id" DESC) WHERE "is_shared";

ALTER TABLE "prompt_version" ADD CONSTRAINT "prompt_version_prompt_id_fkey" FOREIGN KEY ("prompt_id") REFERENCES "prompt" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Versions are added and go with their prompt, nothing else. The service's role is named like the database; a scratch
-- database (migration tools replay into one) has no such role.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = current_database()) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON TABLE "prompt_version" FROM %I', current_database());
    END IF;
END
$$;
