import { isApiError } from '../api/api-error.ts'
import { showError } from '../design/toast.tsx'
import { type ExportFormat, exportConversation } from './chat-api.ts'

/** Hands a conversation over as a file. */
export async function saveExport(conversationId: string, format: ExportFormat): Promise<void> {
  try {
    const file = await exportConversation(conversationId, format)
    const url = URL.createObjectURL(file)
    Object.assign(document.createElement('a'), { href: url, download: file.name }).click()
    // Not at once: the browser begins to read it after this.
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  } catch (error) {
    const again = { label: 'Try again', onClick: () => void saveExport(conversationId, format) }
    showError(isApiError(error) ? error.message : 'The chat could not be exported.', again)
  }
}
