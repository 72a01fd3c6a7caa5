import { lazy, Suspense } from 'react'
import { create } from 'zustand'

interface ToastAction {
  label: string
  onClick: () => void
}

const ToastArea = lazy(async () => ({ default: (await import('./toast-area.tsx')).ToastArea }))

const useToasts = create(() => ({ isNeeded: false }))

/** Where toasts appear. Comes to life with the first one. */
export const Toaster = () => {
  const { isNeeded } = useToasts()
  return <Suspense>{isNeeded && <ToastArea />}</Suspense>
}

async function show(kind: 'message' | 'error', text: string, action?: ToastAction): Promise<void> {
  useToasts.setState({ isNeeded: true })
  const { toast } = await import('sonner')
  toast[kind](text, { action })
}

/** Something that went as it should, said in passing. */
export const showNotice = (text: string, action?: ToastAction) => void show('message', text, action)

/** Something that did not work and has no place of its own in the page. */
export const showError = (text: string, action?: ToastAction) => void show('error', text, action)
