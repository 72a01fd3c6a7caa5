import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '../../design/icon-button.tsx'
import type { Siblings } from '../thread.ts'

interface SiblingSwitchProps {
  siblings: Siblings
  /** From the version that is shown to another. */
  onChoose: (from: string, to: string) => void
}

/** Leads through the messages that stand in the same place: answers that were made anew, questions asked in another way. */
export function SiblingSwitch({ siblings: { ids, index }, onChoose }: SiblingSwitchProps) {
  const go = (step: number) => {
    const from = ids[index]
    const to = ids[index + step]
    if (from && to) onChoose(from, to)
  }
  return (
    <span className="inline-flex items-center text-ink-soft text-xs tabular-nums">
      <IconButton label="Previous version" size="small" disabled={index === 0} onClick={() => go(-1)}>
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <span>
        <span className="sr-only">Version </span>
        {index + 1}/{ids.length}
      </span>
      <IconButton label="Next version" size="small" disabled={index === ids.length - 1} onClick={() => go(1)}>
        <ChevronRight aria-hidden="true" />
      </IconButton>
    </span>
  )
}
