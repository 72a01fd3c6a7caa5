import { Toaster as Sonner, toast } from 'sonner'
import { useTheme } from '../theme/use-theme.ts'

export const Toaster = () => {
  const { isDark } = useTheme()
  return (
    <Sonner
      theme={isDark ? 'dark' : 'light'}
      position="top-center"
      gap={8}
      toastOptions={{
        classNames: {
          toast: '!rounded-xl !border-line !bg-raised !text-ink !shadow-lifted !font-sans',
          description: '!text-ink-soft',
          actionButton: '!bg-accent !text-on-accent !rounded-lg',
        },
      }}
    />
  )
}

export const showNotice = (text: string, action?: { label: string; onClick: () => void }) => void toast(text, { action })
export const showError = (text: string, action?: { label: string; onClick: () => void }) => void toast.error(text, { action })
