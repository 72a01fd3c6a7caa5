import { useCallback, useEffect, useRef, useState } from 'react'

/** So close to the end the reader counts as reading along. */
const NEAR_PX = 64

/**
 * Keeps the end of a growing text in sight as long as the reader is there, and leaves them alone as soon as they
 * scroll away.
 */
export function useStickToEnd() {
  /** Is the end of what is drawn the end of all there is? */
  const hasEnd = useRef(true)
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isSticking = useRef(true)
  const [isAtEnd, setIsAtEnd] = useState(true)

  const scrollToEnd = useCallback((behavior: ScrollBehavior = 'instant') => {
    const element = scroller.current
    if (!element) return
    isSticking.current = true
    setIsAtEnd(true)
    element.scrollTo({ top: element.scrollHeight, behavior })
  }, [])

  useEffect(() => {
    const element = scroller.current
    if (!element || !content.current) return
    const distance = () => element.scrollHeight - element.scrollTop - element.clientHeight
    let lastTop = element.scrollTop
    const onScroll = () => {
      const isNear = hasEnd.current && distance() < NEAR_PX
      // Upwards is always the reader's doing; downwards may be our own smooth scrolling.
      if (element.scrollTop < lastTop - 1 && !isNear) isSticking.current = false
      if (isNear) isSticking.current = true
      lastTop = element.scrollTop
      setIsAtEnd(isNear || isSticking.current)
    }
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) isSticking.current = false
    }
    const observer = new ResizeObserver(() => {
      if (isSticking.current) element.scrollTop = element.scrollHeight
      else setIsAtEnd(hasEnd.current && distance() < NEAR_PX)
    })
    observer.observe(content.current)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('wheel', onWheel, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('wheel', onWheel)
    }
  }, [])

  /** The reader was led somewhere else. */
  const letGo = useCallback(() => {
    isSticking.current = false
  }, [])

  return { scroller, content, isAtEnd, isSticking, hasEnd, scrollToEnd, letGo }
}
