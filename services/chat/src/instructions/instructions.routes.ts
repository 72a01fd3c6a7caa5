import { chatApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import type { InstructionStore } from './instructions.store.ts'

const tags = ['instructions']

export function instructionRoutes(app: App, { instructions }: { instructions: InstructionStore }): void {
  app.get(
    '/api/v1/instructions',
    { schema: { tags, summary: 'What models are told in all conversations', response: { 200: chatApi.instructions } } },
    async (request) => ({ text: await instructions.find(requireUser(request).userId) }),
  )

  app.put(
    '/api/v1/instructions',
    { schema: { tags, body: chatApi.instructions, response: { 200: chatApi.instructions } } },
    async (request) => {
      const { userId } = requireUser(request)
      await instructions.set(userId, request.body.text)
      return { text: await instructions.find(userId) }
    },
  )
}
