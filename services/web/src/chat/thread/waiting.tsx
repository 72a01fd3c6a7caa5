import { useEffect, useState } from 'react'
import { useLive } from '../../live/live-store.ts'
import type { AnswerItem } from '../thread.ts'

/** Without a word for so long, the reader is told that the work goes on (B3). */
const LONG_MS = 10_000

/** What stands behind the words of an answer that is being written. */
export function Waiting({ item }: { item: AnswerItem }) {
  const isLong = useIsSilent(`${item.key}:${item.seq}`)
  const isOnline = useLive((live) => live.connection === 'online')
  const notice = placeText(item.place) ?? item.notice ?? (isOnline ? (isLong ? 'Still working on it…' : null) : offlineNotice(item))
  return (
    <div className={`flex items-center gap-2.5 text-ink-soft text-sm ${item.text ? 'mt-3' : 'min-h-7'}`}>
      <span aria-hidden="true" className="flex gap-1">
        {[0, 1, 2].map((dot) => (
          <span key={dot} className="size-1.5 animate-breathe rounded-full bg-ink-faint" style={{ animationDelay: `${dot * 160}ms` }} />
        ))}
      </span>
      <span role="status">{notice}</span>
    </div>
  )
}

const placeText = (place: number | null) => place && `Waiting for its turn: ${place === 1 ? 'next' : `place ${place}`}`

const offlineNotice = ({ isAccepted }: AnswerItem) =>
  isAccepted
    ? 'Waiting for the connection. The answer goes on being written.'
    : 'Waiting for the connection. Your message is sent as soon as it is back.'

function useIsSilent(progress: string): boolean {
  const [silentSince, setSilentSince] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSilentSince(progress), LONG_MS)
    return () => clearTimeout(timer)
  }, [progress])
  return silentSince === progress
}
