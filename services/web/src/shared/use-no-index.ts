import { useEffect } from 'react'

/** Search engines leave this page out: who has the link may read it, and nobody is led here. */
export function useNoIndex(): void {
  useEffect(() => {
    const meta = Object.assign(document.createElement('meta'), { name: 'robots', content: 'noindex, nofollow' })
    document.head.append(meta)
    return () => meta.remove()
  }, [])
}
