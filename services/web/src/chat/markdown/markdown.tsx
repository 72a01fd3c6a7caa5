import { lazy, Suspense } from 'react'

interface MarkdownProps {
  text: string
  isGrowing: boolean
}

const load = () => import('./markdown-text.tsx')
const MarkdownText = lazy(async () => ({ default: (await load()).MarkdownText }))

/** Brings the renderer while nobody waits for it. */
export const preloadMarkdown = () => void load()

/** Formatted text. Until the renderer is there, the same text plain: nothing jumps but the marks. */
export const Markdown = (props: MarkdownProps) => (
  <Suspense fallback={<div className="whitespace-pre-wrap break-words">{props.text}</div>}>
    <MarkdownText {...props} />
  </Suspense>
)
