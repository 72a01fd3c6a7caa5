import { useEffect, useRef, useState } from 'react'
import { spoken, spokenEnd } from './speech.ts'
import type { ThreadItem } from './thread.ts'

/** Not faster than a screen reader speaks. */
const EVERY_MS = 2500

/** What a polite live region says of the answer that is being written. */
export function useAnnouncement(last: ThreadItem | undefined): string {
  const [announcement, setAnnouncement] = useState('')
  const told = useRef({ key: '', length: 0 })
  const latest = useRef(last)
  latest.current = last
  const phase = last?.role === 'assistant' ? last.phase : null
  const key = last?.role === 'assistant' ? last.key : ''

  useEffect(() => {
    if (phase !== 'running') return
    told.current = { key, length: 0 }
    setAnnouncement('Parley is answering.')
    const timer = setInterval(() => {
      const item = latest.current
      if (item?.role !== 'assistant') return
      const end = spokenEnd(item.text, told.current.length)
      if (end === told.current.length) return
      setAnnouncement(spoken(item.text.slice(told.current.length, end)))
      told.current.length = end
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [phase, key])

  useEffect(() => {
    const item = latest.current
    if (item?.role !== 'assistant' || item.key !== told.current.key || phase === 'running' || phase === null) return
    const rest = spoken(item.text.slice(told.current.length))
    told.current = { key: '', length: 0 }
    setAnnouncement(
      phase === 'failed'
        ? `The answer failed. ${item.error?.message ?? ''}`
        : `${rest} ${phase === 'stopped' ? 'Stopped.' : 'End of the answer.'}`,
    )
  }, [phase])

  return announcement
}
