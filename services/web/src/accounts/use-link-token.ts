import { useSearchParams } from 'react-router'

/** The token of the mailed link this page was opened from. Looking at the page never uses it up: mail scanners look too. */
export const useLinkToken = (): string | null => useSearchParams()[0].get('token')
