/** On a touch keyboard there is no Shift+Enter, and a focused field covers half the page. */
export const isTouch = window.matchMedia('(pointer: coarse)').matches
