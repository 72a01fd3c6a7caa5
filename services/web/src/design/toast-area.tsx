import { Toaster } from 'sonner'
import { useTheme } from '../theme/use-theme.ts'

export { toast } from 'sonner'

export function ToastArea() {
  const { isDark } = useTheme()
  return (
    <Toaster
      theme={isDark ? 'dark' : 'light'}
      position="top-center"
      gap={8}
      toastOptions={{
        classNames: {
          toast: 'rounded-xl! border-line! bg-raised! text-ink! shadow-lifted! font-sans!',
          actionButton: 'rounded-lg! bg-accent! text-on-accent!',
        },
      }}
    />
  )
}
