import { type RefObject, startTransition, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ThreadItem } from '../thread.ts'
import { aroundMessage, type Edges, furtherBack, furtherOn, windowOf } from './window.ts'

/** So long after it was led to a message the reader is held there, while what stands above finds its height. */
const HOLD_MS = 1500

interface Place {
  messageId: string
  /** Pixels under the upper edge of what is in sight. */
  top: number
}

interface WindowOptions {
  thread: readonly ThreadItem[]
  /** Changes when another conversation is shown. */
  id: string
  scroller: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  /** The end is kept in sight, and nothing else. */
  isSticking: RefObject<boolean>
  /** The beginning of what has been read comes near. */
  onOlder: (() => void) | null
  /** Its end comes near, and there is more. */
  onNewer: (() => void) | null
}

/**
 * The part of a long conversation that is drawn: its end, or what surrounds a message the reader was led to. More
 * appears as they scroll up or down to it, without moving what they read. The page keeps what it has shown, so that
 * searching in it and reading it aloud work as everywhere.
 */
export function useWindowOfItems({ thread, id, scroller, content, isSticking, onOlder, onNewer }: WindowOptions) {
  const [edges, setEdges] = useState<Edges>({ first: null, last: null })
  const top = useRef<HTMLDivElement>(null)
  const bottom = useRef<HTMLDivElement>(null)
  const kept = useRef<{ element: Element; top: number } | null>(null)
  const wanted = useRef<(Place & { untilMs: number }) | null>(null)
  const { from, to } = windowOf(thread, edges)
  const shown = thread.slice(from, to)
  const firstKey = shown[0]?.key ?? null
  const isToEnd = to === thread.length
  const isTopNear = from > 0 || onOlder !== null

  useEffect(() => {
    if (id) setEdges({ first: null, last: null })
  }, [id])

  // The upper edge stays where it is while the conversation grows at its end.
  useEffect(() => {
    if (firstKey) setEdges((before) => (before.first === firstKey ? before : { ...before, first: firstKey }))
  }, [firstKey])

  useWhenNear(isTopNear ? top : null, scroller, () => {
    // Drawn in small steps between the frames of the scrolling.
    if (from > 0) startTransition(() => setEdges((before) => furtherBack(thread, before)))
    else onOlder?.()
  })
  useWhenNear(isToEnd && !onNewer ? null : bottom, scroller, () => {
    if (isToEnd) onNewer?.()
    else startTransition(() => setEdges((before) => furtherOn(thread, before)))
  })

  const topOf = useCallback(
    (element: Element) => element.getBoundingClientRect().top - (scroller.current?.getBoundingClientRect().top ?? 0),
    [scroller],
  )
  const settle = useCallback(() => {
    const place = wanted.current
    const element = place && content.current?.querySelector(`[data-message="${CSS.escape(place.messageId)}"]`)
    if (!place || !element || !scroller.current) return
    scroller.current.scrollTop += topOf(element) - place.top
    if (performance.now() > place.untilMs) wanted.current = null
  }, [content, scroller, topOf])

  const remember = useCallback(() => {
    const element = scroller.current && content.current && firstInSight(content.current, scroller.current)
    kept.current = element && content.current ? { element, top: offsetIn(content.current, element) } : null
  }, [content, scroller])
  /** What the reader reads keeps its place on the screen when something above it appears, or finds its height. */
  const keepInPlace = useCallback(() => {
    const { element, top = 0 } = kept.current ?? {}
    if (element?.isConnected && scroller.current && content.current && !isSticking.current) {
      const moved = offsetIn(content.current, element) - top
      if (moved !== 0) scroller.current.scrollTop += moved
    }
    remember()
  }, [content, scroller, isSticking, remember])

  useLayoutEffect(() => {
    const place = wanted.current
    const index = place ? thread.findIndex((item) => item.id === place.messageId) : -1
    if (index < 0) keepInPlace()
    else if (index < from || index >= to) setEdges(aroundMessage(thread, index))
    else settle()
  })

  // Code gets its colours and tables their width after they have been drawn.
  useEffect(() => {
    const element = scroller.current
    if (!element || !content.current) return
    const observer = new ResizeObserver(() => (wanted.current ? settle() : keepInPlace()))
    observer.observe(content.current)
    const letGo = () => {
      wanted.current = null
    }
    const byHand = ['wheel', 'touchmove', 'keydown']
    for (const event of byHand) element.addEventListener(event, letGo, { passive: true })
    element.addEventListener('scroll', remember, { passive: true })
    return () => {
      observer.disconnect()
      for (const event of byHand) element.removeEventListener(event, letGo)
      element.removeEventListener('scroll', remember)
    }
  }, [scroller, content, settle, keepInPlace, remember])

  return {
    shown,
    isToEnd,
    top,
    bottom,
    /** Shows a message at a height, as soon as it is there. */
    goTo: useCallback(
      (place: Place) => {
        wanted.current = { ...place, untilMs: performance.now() + HOLD_MS }
        settle()
      },
      [settle],
    ),
    /** Where a message stands now. */
    placeOf: useCallback(
      (messageId: string): number | null => {
        const element = content.current?.querySelector(`[data-message="${CSS.escape(messageId)}"]`)
        return element ? topOf(element) : null
      },
      [content, topOf],
    ),
    showEnd: useCallback(() => {
      wanted.current = null
      setEdges({ first: null, last: null })
    }, []),
  }
}

const offsetIn = (content: Element, element: Element) => element.getBoundingClientRect().top - content.getBoundingClientRect().top

/** The topmost item that can be seen. They stand in order, so half of them can be left out with each look. */
function firstInSight(content: Element, scroller: Element): Element | null {
  const items = content.querySelectorAll('[data-key]')
  const edge = scroller.getBoundingClientRect().top
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.getBoundingClientRect().bottom ?? 0) > edge) high = middle
    else low = middle + 1
  }
  return items[low] ?? null
}

/** Calls when a marker comes near what is in sight, and again as long as it stays there. */
function useWhenNear(marker: RefObject<HTMLElement | null> | null, scroller: RefObject<HTMLElement | null>, act: () => void) {
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    if (!marker?.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      root: scroller.current,
      rootMargin: '800px 0px',
    })
    observer.observe(marker.current)
    return () => observer.disconnect()
  })
}
