-- AlterTable
ALTER TABLE "turn" ADD COLUMN     "charged_call_id" UUID;

-- AlterTable
ALTER TABLE "model_call" ADD COLUMN     "model" TEXT,
ADD COLUMN     "provider" TEXT;
