import { type RefObject, useLayoutEffect } from 'react'

/** Makes a text area as high as its text, up to a share of the window. */
export function useGrow(area: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = area.current
    if (!element || text === undefined) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, window.innerHeight * 0.4)}px`
  }, [area, text])
}
