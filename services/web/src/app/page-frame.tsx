import { ArrowLeft } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { Link } from 'react-router'
import { Button } from '../design/button.tsx'

interface PageFrameProps {
  title: string
  lead?: ReactNode
  children: ReactNode
}

/** A page beside the chat, with the way back. */
export function PageFrame({ title, lead, children }: PageFrameProps) {
  useEffect(() => {
    document.title = `${title} · Parley`
  }, [title])
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl px-4 py-4 sm:px-8 sm:py-6">
        <Button asChild look="quiet" size="small" className="-ml-3">
          <Link to="/">
            <ArrowLeft className="size-4" aria-hidden="true" />
            Back to the chat
          </Link>
        </Button>
        <h1 className="mt-4 font-semibold text-2xl">{title}</h1>
        {lead && <p className="mt-1.5 text-ink-soft">{lead}</p>}
        <div className="mt-8 grid grid-cols-1 gap-10 pb-12">{children}</div>
      </div>
    </div>
  )
}

interface SectionProps {
  title: string
  lead?: ReactNode
  aside?: ReactNode
  children: ReactNode
}

export const Section = ({ title, lead, aside, children }: SectionProps) => (
  <section>
    <div className="flex flex-wrap items-end justify-between gap-3">
      <div>
        <h2 className="font-semibold text-lg">{title}</h2>
        {lead && <p className="mt-0.5 text-ink-soft text-sm">{lead}</p>}
      </div>
      {aside}
    </div>
    <div className="mt-4">{children}</div>
  </section>
)
