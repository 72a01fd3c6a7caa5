import { Tooltip as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Primitive.Provider delayDuration={500} skipDelayDuration={200}>
    {children}
  </Primitive.Provider>
)

interface TooltipProps {
  text: string
  keys?: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}

export const Tooltip = ({ text, keys, side = 'top', children }: TooltipProps) => (
  <Primitive.Root>
    <Primitive.Trigger asChild>{children}</Primitive.Trigger>
    <Primitive.Portal>
      <Primitive.Content
        side={side}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 animate-fade-in select-none rounded-lg bg-ink px-2.5 py-1.5 font-medium text-paper text-xs shadow-soft"
      >
        {text}
        {keys && <kbd className="ml-2 font-sans opacity-65">{keys}</kbd>}
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
)
