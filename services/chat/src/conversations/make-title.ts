import type { Bus } from '@parley/messaging'
import type { ChoreStore } from '../chores/chores.store.ts'
import type { CheapModel } from '../clients/cheap-model.client.ts'
import { tellDevices } from './tell-devices.ts'
import { cleanTitle, TITLE_TASK, titleText } from './title.ts'
import type { TitleStore } from './titles.store.ts'

export interface MakeTitleDependencies {
  titles: TitleStore
  chores: ChoreStore
  cheapModel: CheapModel
  bus: Bus
}

const CALL_TIMEOUT_MS = 20_000

/**
 * Has a model make the title of a conversation that has its first answer, in place of the first line. Does nothing where
 * there is one, and keeps the first line when the model writes nothing that can be shown. Throws when it could not be asked.
 */
export async function makeTitle(
  { titles, chores, cheapModel, bus }: MakeTitleDependencies,
  { conversationId, userId }: { conversationId: string; userId: string },
  signal: AbortSignal,
): Promise<void> {
  const exchange = await titles.findUntitled(conversationId)
  if (!exchange) return
  await chores.once({ kind: 'title', subjectId: conversationId, conversationId, userId }, async () => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)])
    const question = { purpose: 'title' as const, userId, system: TITLE_TASK, text: titleText(exchange) }
    const title = cleanTitle(await cheapModel.ask(question, deadline))
    const changed = title && (await titles.give(conversationId, title))
    if (changed) tellDevices(bus, userId, changed)
  })
}
