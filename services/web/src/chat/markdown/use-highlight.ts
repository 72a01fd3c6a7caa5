import { useEffect, useState } from 'react'
import type { HighlightResult } from 'streamdown'

type Highlighter = typeof import('./highlighter.ts').highlighter

let highlighter: Highlighter | null = null

/** The lines of a piece of code in coloured tokens; null while they are not known. */
export function useHighlight(code: string, language: string, isGrowing: boolean): HighlightResult['tokens'] | null {
  const [result, setResult] = useState<{ code: string; lines: HighlightResult['tokens'] } | null>(null)

  useEffect(() => {
    let isCurrent = true
    const show = ({ tokens }: HighlightResult) => isCurrent && setResult({ code, lines: tokens })
    const run = async () => {
      highlighter ??= (await import('./highlighter.ts')).highlighter
      const plugin = highlighter
      if (!isCurrent || !language || !plugin.supportsLanguage(language as never)) return
      const ready = plugin.highlight({ code, language: language as never, themes: plugin.getThemes(), isIncomplete: isGrowing }, show)
      if (ready) show(ready)
    }
    void run()
    return () => {
      isCurrent = false
    }
  }, [code, language, isGrowing])

  if (!result) return null
  if (result.code === code) return result.lines
  // Colours lag a few milliseconds behind the words: what is new stands there without them until then.
  return code.startsWith(result.code) ? withTail(result.lines, code.slice(result.code.length)) : null
}

function withTail(lines: HighlightResult['tokens'], tail: string): HighlightResult['tokens'] {
  const [rest = '', ...more] = tail.split('\n')
  const last = lines.at(-1) ?? []
  return [...lines.slice(0, -1), [...last, { content: rest }], ...more.map((content) => [{ content }])]
}
