import { useEffect, useRef, useState } from 'react'
import type { HighlightResult } from 'streamdown'

type Lines = HighlightResult['tokens']

interface Job {
  code: string
  language: string
  isGrowing: boolean
}

/** The lines of a piece of code in coloured tokens; null while they are not known. */
export function useHighlight(code: string, language: string, isGrowing: boolean): Lines | null {
  const [result, setResult] = useState<{ code: string; lines: Lines } | null>(null)
  const wanted = useRef<Job>({ code, language, isGrowing })
  const isAtWork = useRef(false)

  useEffect(() => {
    wanted.current = { code, language, isGrowing }
    if (isAtWork.current || language === '') return
    isAtWork.current = true
    // One piece of work at a time: code may grow faster than it can be coloured.
    const work = async () => {
      for (let job: Job | null = null; job !== wanted.current; ) {
        job = wanted.current
        const lines = await highlight(job)
        if (lines) setResult({ code: job.code, lines })
      }
    }
    // Without colours the code is still the code.
    work()
      .catch(() => undefined)
      .finally(() => {
        isAtWork.current = false
      })
  }, [code, language, isGrowing])

  if (!result) return null
  if (result.code === code) return result.lines
  // What was written since stands there without colours for a moment.
  return code.startsWith(result.code) ? withTail(result.lines, code.slice(result.code.length)) : null
}

/** Null for a language that is not known. */
async function highlight({ code, language, isGrowing }: Job): Promise<Lines | null> {
  const { highlighter } = await import('./highlighter.ts')
  const known = language as Parameters<typeof highlighter.supportsLanguage>[0]
  if (!highlighter.supportsLanguage(known)) return null
  const options = { code, language: known, themes: highlighter.getThemes(), isIncomplete: isGrowing }
  const { promise, resolve } = Promise.withResolvers<Lines>()
  const ready = highlighter.highlight(options, ({ tokens }) => resolve(tokens))
  return ready ? ready.tokens : promise
}

function withTail(lines: Lines, tail: string): Lines {
  const [rest = '', ...more] = tail.split('\n')
  const last = lines.at(-1) ?? []
  return [...lines.slice(0, -1), [...last, { content: rest }], ...more.map((content) => [{ content }])]
}
