import { type KeyboardEvent, useEffect, useRef, useState } from 'react'

/**
 * One option of a list that is walked with the arrow keys from a text field, and chosen with Enter. Options carry their
 * place as `data-place`; the active one, at the beginning `first`, is kept in view.
 */
export function useActiveOption(count: number, onChoose: (index: number) => void, first = 0) {
  const [active, setActive] = useState(first)
  const list = useRef<HTMLDivElement>(null)
  const index = Math.max(0, Math.min(active, count - 1))

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && count > 0) {
      event.preventDefault()
      setActive((index + step + count) % count)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      onChoose(index)
    }
  }

  useEffect(() => {
    list.current?.querySelector(`[data-place="${index}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [index])

  return { index, setActive, onKeyDown, list }
}
