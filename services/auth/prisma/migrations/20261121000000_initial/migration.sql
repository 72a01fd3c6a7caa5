-- CreateTable
CREATE TABLE "user_account" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "role" TEXT NOT NULL DEFAULT 'user',
    "plan" TEXT NOT NULL DEFAULT 'free',
    "plan_version" BIGINT NOT NULL DEFAULT 0,
    "email_verified_at" TIMESTAMPTZ,
    "password_hash" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "family_key" BYTEA NOT NULL,
    "current_hash" BYTEA NOT NULL,
    "parent_hash" BYTEA,
    "current_sealed" BYTEA,
    "rotated_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "user_agent" TEXT,
    "ip_prefix" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ,
    "revoked_reason" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "email_token" (
    "hash" BYTEA NOT NULL,
    "account_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,

    CONSTRAINT "email_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "email_request" (
    "id" UUID NOT NULL,
    "email" TEXT,
    "purpose" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handled_at" TIMESTAMPTZ,
    "account_id" UUID,

    CONSTRAINT "email_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_attempt" (
    "id" UUID NOT NULL,
    "email_hash" BYTEA NOT NULL,
    "source" TEXT NOT NULL,
    "attempted_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "login_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "kid" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "private_jwk_sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" UUID,
    "action" TEXT NOT NULL,
    "subject_id" UUID,
    "source" TEXT,
    "user_agent" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_account_email_key" ON "user_account"("email");

-- CreateIndex
CREATE INDEX "session_account_id_last_used_at_idx" ON "session"("account_id", "last_used_at");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE INDEX "email_token_account_id_purpose_idx" ON "email_token"("account_id", "purpose");

-- CreateIndex
CREATE INDEX "email_token_expires_at_idx" ON "email_token"("expires_at");

-- CreateIndex
CREATE INDEX "email_request_handled_at_requested_at_idx" ON "email_request"("handled_at", "requested_at");

-- CreateIndex
CREATE INDEX "email_request_account_id_handled_at_idx" ON "email_request"("account_id", "handled_at");

-- CreateIndex
CREATE INDEX "login_attempt_source_email_hash_attempted_at_idx" ON "login_attempt"("source", "email_hash", "attempted_at");

-- CreateIndex
CREATE INDEX "login_attempt_source_attempted_at_idx" ON "login_attempt"("source", "attempted_at");

-- CreateIndex
CREATE INDEX "login_attempt_attempted_at_idx" ON "login_attempt"("attempted_at");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_occurred_at_idx" ON "audit_entry"("actor_id", "occurred_at");

-- CreateIndex
CREATE INDEX "audit_entry_subject_id_occurred_at_idx" ON "audit_entry"("subject_id", "occurred_at");

-- CreateIndex
CREATE INDEX "audit_entry_occurred_at_idx" ON "audit_entry"("occurred_at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "email_token" ADD CONSTRAINT "email_token_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the application believes of these columns, said once more where nothing can get round it.
ALTER TABLE "user_account"
    ADD CONSTRAINT "user_account_role_check" CHECK ("role" IN ('user', 'admin')),
    ADD CONSTRAINT "user_account_plan_check" CHECK ("plan" IN ('free', 'pro'));
ALTER TABLE "email_token"
    ADD CONSTRAINT "email_token_purpose_check" CHECK ("purpose" IN ('verify_address', 'reset_password', 'magic_link'));
ALTER TABLE "email_request"
    ADD CONSTRAINT "email_request_purpose_check" CHECK ("purpose" IN ('verify_address', 'reset_password', 'magic_link'));

-- A-21: the service appends to the audit log and reads it, nothing else. Its role is named like the database;
-- a scratch database (migration tools replay into one) has no such role.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = current_database()) THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON TABLE "audit_entry" FROM %I', current_database());
    END IF;
END
$$;
