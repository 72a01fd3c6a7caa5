import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ThreadItem } from '../thread.ts'

/** Messages shown at first, and brought with each look further back. */
const STEP = 40

/**
 * The end of a long conversation; what came before appears as the reader scrolls up to it, without moving what they
 * read. The page keeps what it has shown, so that searching in it and reading it aloud work as everywhere.
 */
export function useWindowOfItems(thread: ThreadItem[], id: string, scroller: RefObject<HTMLDivElement | null>) {
  const [size, setSize] = useState(STEP)
  const marker = useRef<HTMLDivElement>(null)
  const heightBefore = useRef<number | null>(null)
  const hasMore = thread.length > size

  useEffect(() => {
    if (id) setSize(STEP)
  }, [id])

  useEffect(() => {
    if (!marker.current || !hasMore) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return
        heightBefore.current = scroller.current?.scrollHeight ?? null
        setSize((before) => before + STEP)
      },
      { root: scroller.current, rootMargin: '600px 0px 0px' },
    )
    observer.observe(marker.current)
    return () => observer.disconnect()
  })

  useLayoutEffect(() => {
    const element = scroller.current
    if (!size || !element || heightBefore.current === null) return
    element.scrollTop += element.scrollHeight - heightBefore.current
    heightBefore.current = null
  }, [size, scroller])

  const topMarker: ReactNode = hasMore ? <div ref={marker} aria-hidden="true" className="h-px" /> : null
  return { shown: hasMore ? thread.slice(-size) : thread, topMarker }
}
