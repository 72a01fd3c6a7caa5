-- AlterTable
ALTER TABLE "turn" ADD COLUMN     "is_fresh" BOOLEAN NOT NULL DEFAULT false;
