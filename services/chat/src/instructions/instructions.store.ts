import type { PrismaClient } from '../../prisma/generated/client.ts'

export type InstructionStore = ReturnType<typeof createInstructionStore>

export function createInstructionStore(prisma: PrismaClient) {
  return {
    async find(userId: string): Promise<string | null> {
      const row = await prisma.userInstructions.findUnique({ where: { userId } })
      return row?.text ?? null
    },

    /** Null and a text without a word mean none. */
    async set(userId: string, text: string | null): Promise<void> {
      if (!text) await prisma.userInstructions.deleteMany({ where: { userId } })
      else await prisma.userInstructions.upsert({ where: { userId }, create: { userId, text }, update: { text } })
    },
  }
}
