import { type ComponentType, useEffect, useState } from 'react'

interface MarkdownProps {
  text: string
  isGrowing: boolean
}

type Renderer = ComponentType<MarkdownProps>

let loaded: Renderer | null = null

async function load(): Promise<Renderer> {
  loaded ??= (await import('./markdown-text.tsx')).MarkdownText
  return loaded
}

/** Brings the renderer while nobody waits for it. */
export const preloadMarkdown = () => void load().catch(() => undefined)

/** Formatted text. Until the renderer is there, and should it not come, the same text plain. */
export function Markdown(props: MarkdownProps) {
  const [Text, setText] = useState<Renderer | null>(() => loaded)
  useEffect(() => {
    if (!Text)
      load().then(
        (renderer) => setText(() => renderer),
        () => undefined,
      )
  }, [Text])
  return Text ? <Text {...props} /> : <div className="whitespace-pre-wrap [overflow-wrap:anywhere]">{props.text}</div>
}
