import { type ReactNode, useEffect } from 'react'
import { Wordmark } from '../design/mark.tsx'
import { SampleTalk } from './sample-talk.tsx'

interface AccountLayoutProps {
  title: string
  lead?: ReactNode
  children: ReactNode
  /** The way to the neighbouring page. */
  footer?: ReactNode
}

export function AccountLayout({ title, lead, children, footer }: AccountLayoutProps) {
  useEffect(() => {
    document.title = `${title} · Parley`
  }, [title])
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="flex flex-col px-6 py-6 sm:px-10">
        <header>
          <Wordmark className="text-lg" />
        </header>
        <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          <h1 className="font-semibold text-2xl">{title}</h1>
          {lead && <div className="mt-2 text-ink-soft">{lead}</div>}
          <div className="mt-7">{children}</div>
          {footer && <p className="mt-7 text-ink-soft text-sm">{footer}</p>}
        </main>
      </div>
      <aside aria-hidden="true" className="hidden bg-sidebar lg:grid lg:place-items-center">
        <SampleTalk />
      </aside>
    </div>
  )
}
