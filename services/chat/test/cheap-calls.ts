import type { Script } from './fake-ai-router.ts'

/** Turns are answered by one script, what a cheap model is asked in the background by another. */
export const byPurpose =
  (scripts: { answer?: Script; title?: Script; summary?: Script }): Script =>
  (call) => {
    const { purpose } = call.request
    if (purpose === 'CALL_PURPOSE_TITLE') return (scripts.title ?? refusing)(call)
    if (purpose === 'CALL_PURPOSE_SUMMARY') return (scripts.summary ?? refusing)(call)
    return (scripts.answer ?? saying('An answer.'))(call)
  }

const refusing: Script = (call) => call.failed('provider_unavailable', 'Not now.')

export const saying =
  (text: string): Script =>
  (call) => {
    call.started()
    call.text(text)
    call.finished()
  }
