-- AlterTable
ALTER TABLE "user_account" ADD COLUMN "retention" TEXT NOT NULL DEFAULT 'keep';
ALTER TABLE "user_account" ADD COLUMN "preferences_version" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "user_account" ADD CONSTRAINT "user_account_retention_check" CHECK ("retention" IN ('keep', 'six_months'));
