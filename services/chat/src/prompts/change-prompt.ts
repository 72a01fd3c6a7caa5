import { commonErrors, errors } from '../errors.ts'
import type { PromptRow, Reader } from './prompt.ts'
import type { PromptChanges, PromptStore } from './prompts.store.ts'

/** The prompt, own or shared. Throws `prompt_not_found` for everything else. */
export async function readPrompt({ prompts }: { prompts: PromptStore }, { userId }: Reader, id: string): Promise<PromptRow> {
  const row = await prompts.find(userId, id)
  if (!row) throw errors.prompt_not_found()
  return row
}

/** Changes what it is given; only an admin shares. Throws `forbidden` where the reader may read and not change. */
export async function changePrompt(deps: { prompts: PromptStore }, reader: Reader, id: string, changes: PromptChanges): Promise<PromptRow> {
  const mayShare = reader.role === 'admin' || !changes.isShared
  const row = mayShare ? await deps.prompts.change(reader, id, changes) : null
  return row ?? refuse(deps, reader, id)
}

/** Makes a new version that says what an earlier one said, name and text. */
export async function restoreVersion(deps: { prompts: PromptStore }, reader: Reader, id: string, version: number): Promise<PromptRow> {
  await readPrompt(deps, reader, id)
  const old = await deps.prompts.findVersion(id, version)
  if (!old) throw errors.prompt_version_not_found()
  return changePrompt(deps, reader, id, { name: old.name, text: old.text })
}

export async function deletePrompt(deps: { prompts: PromptStore }, reader: Reader, id: string): Promise<void> {
  if (!(await deps.prompts.delete(reader, id))) await refuse(deps, reader, id)
}

/** Whoever may not even read it learns nothing. */
async function refuse(deps: { prompts: PromptStore }, reader: Reader, id: string): Promise<never> {
  await readPrompt(deps, reader, id)
  throw commonErrors.forbidden({ internal: 'shared prompts are for administrators' })
}
