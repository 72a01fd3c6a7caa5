import { create } from 'zustand'
import type * as Parts from './toast-area.tsx'

interface ToastAction {
  label: string
  onClick: () => void
}

const useParts = create<{ parts: typeof Parts | null }>(() => ({ parts: null }))

async function load(): Promise<typeof Parts> {
  const parts = useParts.getState().parts ?? (await import('./toast-area.tsx'))
  useParts.setState({ parts })
  return parts
}

/** Brings what toasts are made of while nobody waits for it: the first one may have to say that the network is gone. */
export const preloadToasts = () => void load().catch(() => undefined)

/** Where toasts appear. */
export function Toaster() {
  const { parts } = useParts()
  return parts && <parts.ToastArea />
}

/** Where the code cannot be had nothing is said; the page goes on. */
const show = (kind: 'message' | 'error', text: string, action?: ToastAction) =>
  void load().then(
    ({ toast }) => toast[kind](text, { action }),
    () => undefined,
  )

/** Something that went as it should, said in passing. */
export const showNotice = (text: string, action?: ToastAction) => show('message', text, action)

/** Something that did not work and has no place of its own in the page. */
export const showError = (text: string, action?: ToastAction) => show('error', text, action)
