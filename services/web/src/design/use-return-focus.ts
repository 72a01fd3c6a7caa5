import { useState } from 'react'

/**
 * For a dialog that no button of its own opened (a key did, or a menu that is gone): where the focus was before goes on
 * having it afterwards. Give the result to `onCloseAutoFocus`.
 */
export function useReturnFocus(): (event: Event) => void {
  const [before] = useState(() => document.activeElement)
  return (event) => {
    if (!(before instanceof HTMLElement) || !before.isConnected || before === document.body) return
    event.preventDefault()
    // What the dialog led to may have taken it already.
    if (document.activeElement === null || document.activeElement === document.body) before.focus()
  }
}
